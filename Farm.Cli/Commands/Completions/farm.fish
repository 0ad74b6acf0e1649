# Completion of the program farm. Once: farm completions fish > ~/.config/fish/completions/farm.fish
function __farm_complete
    set -l line (commandline -cp)
    set -l word (commandline -ct)
    for found in (farm "[suggest:"(string length -- $line)"]" $line 2>/dev/null)
        if string match -q -- '/*' $found; or test $found = '-?'
            continue
        end
        if string match -q -- '-*' $found; and not string match -q -- '-*' $word
            continue
        end
        echo $found
    end
end
complete -c farm -a '(__farm_complete)'

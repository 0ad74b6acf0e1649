#compdef farm
# Completion of the program farm. In ~/.zshrc, after compinit: source <(farm completions zsh)
_farm() {
    local line=${(j: :)words[1,CURRENT]} word=${words[CURRENT]} found
    local -a all
    for found in ${(f)"$(farm "[suggest:${#line}]" "$line" 2>/dev/null)"}; do
        [[ $found == /* || $found == '-?' ]] && continue
        [[ $found == -* && $word != -* ]] && continue
        all+=("$found")
    done
    compadd -a all || _files
}
compdef _farm farm

# Completion of the program farm. In ~/.bashrc: source <(farm completions bash)
_farm() {
    local line=${COMP_LINE:0:COMP_POINT}
    local word=${COMP_WORDS[COMP_CWORD]} found
    COMPREPLY=()
    while IFS= read -r found; do
        [[ $found == "$word"* ]] || continue
        [[ $found == -* && $word != -* || $found == /* || $found == '-?' ]] && continue
        COMPREPLY+=("$found")
    done < <(farm "[suggest:${#line}]" "$line" 2>/dev/null)
}
complete -o default -F _farm farm

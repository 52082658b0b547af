# Tab completion of funnel for bash 3.2 and later.
#
# For one user:  funnel completion bash > ~/.local/share/bash-completion/completions/funnel
# For this shell:  source <(funnel completion bash)

# Cut a command line into words as bash reads them. Sets in the caller: words, their values; kept,
# the part of the last word's value that readline leaves alone because it replaces only what
# follows a character of COMP_WORDBREAKS or an opening quotation mark; quote, the open mark.
__funnel_words() {
    local line=$1 i c word='' begun=''
    words=() kept='' quote=''
    for ((i = 0; i < ${#line}; i++)); do
        c=${line:i:1}
        if [[ $quote == "'" ]]; then
            if [[ $c == "'" ]]; then quote=''; else word+=$c; fi
        elif [[ $quote == '"' ]]; then
            if [[ $c == '"' ]]; then
                quote=''
            elif [[ $c == \\ && ${line:i+1:1} == [\"\\\$\`] ]]; then
                i=$((i + 1)) word+=${line:i:1}
            else
                word+=$c
            fi
        elif [[ $c == [[:space:]] ]]; then
            if [[ -n $begun ]]; then words+=("$word"); fi
            word='' kept='' begun=''
        elif [[ $c == \\ ]]; then
            i=$((i + 1)) word+=${line:i:1} begun=1
        elif [[ $c == [\'\"] ]]; then
            quote=$c kept=$word begun=1
        else
            word+=$c begun=1
            if [[ $COMP_WORDBREAKS == *"$c"* ]]; then kept=$word; fi
        fi
    done
    words+=("$word")
}

# As far as all of the arguments agree.
__funnel_common() {
    local value
    common=$1
    for value in "$@"; do
        while [[ $value != "$common"* ]]; do common=${common%?}; done
    done
}

_funnel() {
    local words kept quote common program typed value text rest width=0 i
    local values=() texts=()
    COMPREPLY=()
    __funnel_words "${COMP_LINE:0:COMP_POINT}"
    typed=${words[${#words[@]} - 1]}
    program=${words[0]}
    if [[ $program == "~/"* ]]; then program=$HOME/${program:2}; fi
    if ! type -P -- "$program" >/dev/null; then program=funnel; fi

    while IFS=$'\t' read -r value text; do
        [[ $value == "$kept"* || $value == :files ]] || continue
        values+=("$value") texts+=("$text")
        if ((${#value} > width)); then width=${#value}; fi
    done < <(command "$program" __complete -- "${words[@]:1}" 2>/dev/null)
    ((${#values[@]})) || return 0

    if [[ ${values[0]} == :files ]]; then
        while IFS='' read -r value; do COMPREPLY+=("$value"); done \
            < <(compgen -f -- "${typed#"$kept"}")
        compopt -o filenames 2>/dev/null
        return 0
    fi

    if ((${#values[@]} > 1)); then
        if [[ ${COMP_TYPE-} == 63 ]]; then
            # The second Tab only lists, so what is listed may be what a person wants to read.
            for i in "${!values[@]}"; do
                value=${values[i]}
                if [[ -n ${texts[i]} ]]; then
                    printf -v value '%s%*s  (%s)' "$value" $((width - ${#value})) '' "${texts[i]}"
                fi
                COMPREPLY+=("$value")
            done
            return 0
        fi
        # "mull" may mean "Müller" and "Mueller", which agree in less than what was typed.
        __funnel_common "${values[@]}"
        if [[ ${COMP_TYPE-} == 9 ]] && ((${#common} < ${#typed})); then return 0; fi
    fi

    for value in "${values[@]}"; do
        rest=${value#"$kept"}
        case $quote in
            "'") rest=${rest//\'/\'\\\'\'} ;;
            '"')
                rest=${rest//\\/\\\\} rest=${rest//\"/\\\"}
                rest=${rest//\$/\\\$} rest=${rest//\`/\\\`}
                ;;
            *)
                if [[ -n $rest ]]; then printf -v rest %q "$rest"; fi
                # A comma means nothing to the shell outside of braces, and those are quoted.
                rest=${rest//\\,/,}
                ;;
        esac
        COMPREPLY+=("$rest")
    done
    if ((${#values[@]} == 1)) && [[ ${values[0]} == *[:=] ]]; then
        compopt -o nospace 2>/dev/null
    fi
    return 0
}

# Open deals come first where bash (4.4 and later) can keep the order.
complete -o nosort -F _funnel funnel 2>/dev/null || complete -F _funnel funnel

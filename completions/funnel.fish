# Tab completion of funnel for fish.
#
# For one user:  funnel completion fish > ~/.config/fish/completions/funnel.fish

# The value of a word that is being typed, whose quotation mark may still be open.
function __funnel_value
    string unescape -- $argv[1]
    or string unescape -- $argv[1]'"'
    or string unescape -- $argv[1]"'"
    or echo -- $argv[1]
end

function __funnel_complete
    set -l words (commandline -opc)
    set -l program $words[1]
    set -e words[1]
    string match -q '~/*' -- $program; and set program $HOME/(string sub -s 3 -- $program)
    type -q -- $program; or set program funnel
    set -l word (__funnel_value (commandline -ct))
    set -l found (command $program __complete -- $words "$word" 2>/dev/null)
    if test "$found[1]" != :files
        test (count $found) -gt 0; and string join \n -- $found
        return 0
    end
    set -l before (string match -r -- '^--[^=]*=' $word)
    __fish_complete_path (string sub -s (math (string length -- "$before") + 1) -- "$word") |
        string replace -r '^' -- "$before"
end

complete -c funnel -e
complete -c funnel -f -k -a '(__funnel_complete)'

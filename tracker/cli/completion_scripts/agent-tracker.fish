# Completion of agent-tracker in fish 3.1 and later. In ~/.config/fish/config.fish: agent-tracker completion fish | source

function __agent_tracker_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l program $words[1]
    if string match -qr '(^|/)git$' -- $program
        set program git-agent-tracker
        while set -q words[1]; and test $words[1] != agent-tracker
            set -e words[1]
        end
    end
    set -e words[1]
    for line in (env _AGENT_TRACKER_COMPLETE=fish $program -- $words "$current" 2>/dev/null)
        set -l parts (string split \t -- $line)
        switch $parts[1]
            case dir
                __fish_complete_directories $current
            case file
                __fish_complete_path $current
            case plain
                printf '%s\t%s\n' $parts[2] "$parts[3]"
        end
    end
end

complete -c agent-tracker -f -a '(__agent_tracker_complete)'
complete -c git-agent-tracker -f -a '(__agent_tracker_complete)'
complete -c git -n __fish_git_needs_command -a agent-tracker -d 'Keep a ledger of which agent made which commit'
complete -c git -n '__fish_seen_subcommand_from agent-tracker' -f -a '(__agent_tracker_complete)'

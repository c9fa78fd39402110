#compdef agent-tracker git-agent-tracker
# Completion of agent-tracker in zsh. In ~/.zshrc, after compinit: eval "$(agent-tracker completion zsh)"
# Or write it as "_agent-tracker" into a folder of $fpath.

_agent_tracker() {
	local line program=$words[1]
	local -a found parts described
	(( $+commands[$program] )) || [[ -x ${~program} ]] || program=agent-tracker
	[[ $words[1] == agent-tracker || $program == */* ]] || program=git-agent-tracker
	found=("${(@f)$(_AGENT_TRACKER_COMPLETE=zsh ${~program} -- "${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
	[[ $words[CURRENT] == --*=* ]] && compset -P '--*='
	for line in $found; do
		parts=("${(@ps:\t:)line}")
		case $parts[1] in
		dir) _files -/ ;;
		file) _files ;;
		plain) described+=("${parts[2]//:/\\:}${parts[3]:+:$parts[3]}") ;;
		esac
	done
	(( $#described )) && _describe -V 'agent-tracker' described
}

# The completion of git that comes with zsh calls this for "git agent-tracker ...".
_git-agent-tracker() { _agent_tracker "$@" }

if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
	_agent_tracker "$@"
else
	compdef _agent_tracker agent-tracker git-agent-tracker
	() {
		local -a other
		zstyle -a ':completion::complete:git:' user-commands other
		zstyle ':completion:*:*:git:*' user-commands $other 'agent-tracker:keep a ledger of which agent made which commit'
	}
fi

# Completion of agent-tracker in bash 4.4 and later. In ~/.bashrc: eval "$(agent-tracker completion bash)"

# Ask the program ($1) for the words that fit; its own word is number $2 of the command line.
_agent_tracker_ask() {
	local kind value description quoted
	COMPREPLY=()
	while IFS=$'\t' read -r kind value description; do
		case $kind in
		dir) compopt -o dirnames 2>/dev/null ;;
		file) compopt -o default 2>/dev/null ;;
		plain)
			printf -v quoted %q "$value"
			COMPREPLY+=("$quoted")
			;;
		esac
	done < <(_AGENT_TRACKER_COMPLETE=bash "$1" -- "${COMP_WORDS[@]:$2+1:COMP_CWORD-$2}" 2>/dev/null)
}

_agent_tracker() {
	local program=$1
	type -P "$program" >/dev/null || program=agent-tracker
	_agent_tracker_ask "$program" 0
}

# Git's own completion calls this for "git agent-tracker ...". It adds no space after a word itself.
_git_agent_tracker() {
	local place=1
	while [[ $place -lt $COMP_CWORD && ${COMP_WORDS[place]} != agent-tracker ]]; do
		place=$((place + 1))
	done
	compopt +o nospace 2>/dev/null
	_agent_tracker_ask git-agent-tracker "$place"
}

complete -o nosort -F _agent_tracker agent-tracker git-agent-tracker

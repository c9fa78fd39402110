# Sourced by the other scripts: finds a Python, makes the virtual environment .venv of this checkout, and installs into it.

fail() {
	echo "${0##*/}: $1" >&2
	exit 1
}

# Sets `python` to the first interpreter that is new enough; the variable PYTHON names another one.
find_python() {
	for python in ${PYTHON:+"$PYTHON"} python3 python3.14 python3.13 python3.12 python3.11 python; do
		if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
			return
		fi
	done
	fail "Python 3.11 or newer is needed: install it, or name it with PYTHON=/path/to/python."
}

# The programs in .venv hold its absolute path. After a worktree was moved they do not run, so .venv is made again.
make_environment() {
	command -v git >/dev/null || fail "git is needed: install it first."
	if ! .venv/bin/python -m pip --version >/dev/null 2>&1; then
		find_python
		"$python" -m venv --clear .venv ||
			fail "no virtual environment could be made: on Debian and Ubuntu, install the package python3-venv."
	fi
	# Dependency groups need pip 25.1 or newer.
	.venv/bin/python -m pip install --quiet --disable-pip-version-check 'pip>=25.1' || fail "pip could not be upgraded."
}

# Installs agent-tracker and the development tools, and puts them first on the PATH.
make_development_environment() {
	make_environment
	.venv/bin/python -m pip install --quiet --disable-pip-version-check --editable . --group dev ||
		fail "the development tools could not be installed."
	PATH=$PWD/.venv/bin:$PATH
}

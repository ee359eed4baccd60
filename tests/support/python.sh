# shellcheck shell=bash
# A Python with the packages of tests/sdk/requirements.txt.
# Sourced by tests/run, after machine.sh; tests/run also sets $root and $target, and reads $python.
# shellcheck disable=SC2034,SC2154

# Set by ensure_python and find_python.
python=

# Makes the environment, unless one of the same requirements and the same Python is there.
ensure_python() {
  find_python && return 0
  python3 -c 'import ensurepip, venv' 2>/dev/null ||
    install_packages python3 python3-venv ca-certificates || return
  find_python || make_venv
}

find_python() {
  local folder
  folder=$(venv_folder) || return
  [[ -e $folder/complete ]] || return
  python=$folder/bin/python
}

# One folder for each set of requirements and version of Python.
venv_folder() {
  local version key
  version=$(python3 --version 2>/dev/null) || return
  key=$({ echo "$version" && cat "$root/tests/sdk/requirements.txt"; } | sha256sum)
  echo "$target/test-venv/${key:0:12}"
}

make_venv() {
  local folder
  folder=$(venv_folder) || return
  # Those of other requirements, and any whose installation was interrupted.
  rm -rf "$target/test-venv"
  python3 -m venv "$folder" || return
  "$folder/bin/python" -m pip install --quiet --disable-pip-version-check --no-input \
    --requirement "$root/tests/sdk/requirements.txt" </dev/null || return
  touch "$folder/complete"
  python=$folder/bin/python
}

# shellcheck shell=bash
# What the tests need from the machine. Whatever is there is used; what is missing is installed by
# apt-get. Sourced by tests/run.

# Runs a command as root: as it is when we are root, by sudo otherwise.
as_root() {
  if [[ $(id -u) -eq 0 ]]; then
    "$@"
  elif [[ -t 0 ]]; then
    sudo "$@"
  else
    # Nobody could answer a question about a password.
    sudo -n "$@"
  fi
}

install_packages() {
  if ! command -v apt-get >/dev/null; then
    echo "apt-get is not here: please install $* yourself" >&2
    return 1
  fi
  echo "installing $*"
  apt_get update && apt_get install --yes --no-install-recommends "$@"
}

apt_get() {
  # Another apt-get (an unattended upgrade, say) may be at work: wait for its lock.
  as_root env DEBIAN_FRONTEND=noninteractive apt-get --quiet --quiet \
    --option DPkg::Lock::Timeout=120 "$@" </dev/null
}

# Rust links by the C compiler, and the README shows requests made by curl.
ensure_tools() {
  local missing=()
  command -v cc >/dev/null || missing+=(gcc libc6-dev)
  command -v curl >/dev/null || missing+=(curl)
  [[ ${#missing[@]} -eq 0 ]] || install_packages "${missing[@]}"
}

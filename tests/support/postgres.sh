# shellcheck shell=bash
# A PostgreSQL server of our own: on loopback, on a free port, in a temporary folder, gone at the
# end. A server that the machine runs already is neither used nor disturbed.
# Sourced by tests/run, after machine.sh; tests/run also reads $pg_url.
# shellcheck disable=SC2034

# Set by find_postgres.
pg_bin=
# Set by start_postgres.
pg_folder=
pg_url=

# Finds the folder of initdb and pg_ctl. Debian keeps it out of the PATH.
find_postgres() {
  local candidate
  if candidate=$(command -v initdb) && [[ -x ${candidate%/*}/pg_ctl ]]; then
    pg_bin=${candidate%/*}
    return 0
  fi
  pg_bin=$(printf '%s\n' /usr/lib/postgresql/*/bin | sort --version-sort | tail -n 1)
  [[ -x $pg_bin/initdb ]]
}

ensure_postgres() {
  find_postgres || { install_postgres && find_postgres; }
}

# Installs the programs without the cluster that the package would otherwise create and start.
install_postgres() {
  local settings=/etc/postgresql-common/createcluster.conf
  install_packages postgresql-common || return
  as_root pg_conftool "$settings" set create_main_cluster off || return
  local status=0
  install_packages postgresql || status=$?
  as_root pg_conftool "$settings" remove create_main_cluster || status=$?
  return "$status"
}

# PostgreSQL refuses to run as root.
as_pg_user() {
  if [[ $(id -u) -ne 0 ]]; then
    "$@"
  else
    PATH=$PATH:/usr/sbin:/sbin runuser -u "$(pg_user)" -- "$@"
  fi
}

pg_user() {
  if id postgres >/dev/null 2>&1; then echo postgres; else echo nobody; fi
}

# Creates and starts the server, and sets pg_url.
start_postgres() {
  # Not below TMPDIR: the other user may not be let in there, and the path of a Unix socket must
  # be shorter than 108 bytes.
  pg_folder=$(mktemp --directory /tmp/hookgate-postgres.XXXXXX) || return
  [[ $(id -u) -ne 0 ]] || chown "$(pg_user)" "$pg_folder" || return
  (
    # The other user may not be let into the current folder either.
    cd "$pg_folder" && create_cluster && start_on_free_port
  ) || return
  pg_url=postgres://hookgate@127.0.0.1:$(sed -n 4p "$pg_folder/data/postmaster.pid")/postgres
}

create_cluster() {
  as_pg_user "$pg_bin/initdb" --pgdata="$pg_folder/data" --username=hookgate --auth=trust \
    --encoding=UTF8 --locale=C --no-sync >"$pg_folder/initdb.log" || return
  pg_settings | as_pg_user tee --append "$pg_folder/data/postgresql.conf" >/dev/null
}

# The data need not survive a crash of the machine, only of the server under test.
pg_settings() {
  cat <<SETTINGS
listen_addresses = '127.0.0.1'
unix_socket_directories = '$pg_folder'
max_connections = 200
fsync = off
synchronous_commit = off
full_page_writes = off
SETTINGS
}

# PostgreSQL cannot pick a free port itself, so ports are tried until one can be bound. They lie
# below those that Linux hands out for outgoing connections.
start_on_free_port() {
  local attempt port
  for attempt in 1 2 3 4 5 6 7 8; do
    port=$((20000 + RANDOM % 12000))
    as_pg_user "$pg_bin/pg_ctl" --pgdata="$pg_folder/data" --log="$pg_folder/server.log" \
      --options="-p $port" --silent --wait start </dev/null 2>/dev/null && return 0
  done
  echo "PostgreSQL did not start on any of $attempt ports:" >&2
  tail -n 20 "$pg_folder/server.log" >&2
  return 1
}

stop_postgres() {
  [[ -n $pg_folder ]] || return 0
  if [[ -e $pg_folder/data/postmaster.pid ]]; then
    (cd "$pg_folder" && as_pg_user "$pg_bin/pg_ctl" --pgdata="$pg_folder/data" --mode=immediate \
      --silent --wait stop) || true
  fi
  rm -rf "$pg_folder"
  pg_folder=
}

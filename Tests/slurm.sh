#!/bin/sh
# slurm.sh COMMAND...: runs a command beside a Slurm of its own on this one machine: munged, slurmctld and slurmd, started
# by hand in a folder that is removed afterwards. Needs the packages slurm-wlm and munge, and the right to start them
# (root). The command sees SLURM_CONF, by which Slurm's programs and grisea's tests find it.
set -eu

folder=$(mktemp -d /tmp/grisea-slurm.XXXXXX)
host=$(hostname -s)
user=$(id -un)
pids=

stop() {
  trap - EXIT INT TERM
  # The last that was started ends first.
  for pid in $pids; do kill "$pid" 2>/dev/null || true; done
  for pid in $pids; do
    wait "$pid" 2>/dev/null || true
  done
  rm -rf "$folder"
}
trap stop EXIT
trap 'stop; exit 130' INT TERM

mkdir -m 755 "$folder/state" "$folder/spool" "$folder/munge"
chmod 755 "$folder"
dd if=/dev/urandom of="$folder/munge/key" bs=128 count=1 2>/dev/null
chmod 400 "$folder/munge/key"

# Ports that no other run uses: a process number belongs to one process.
port=$((20000 + $$ % 20000 * 2))
# More processors than there may be, so that several tasks run side by side on the smallest machine.
cat >"$folder/slurm.conf" <<END
ClusterName=grisea
SlurmctldHost=$host(127.0.0.1)
SlurmUser=$user
SlurmdUser=$user
SlurmctldPort=$port
SlurmdPort=$((port + 1))
AuthType=auth/munge
AuthInfo=socket=$folder/munge/socket,cred_expire=10
CredType=cred/munge
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SlurmdParameters=config_overrides
SchedulerParameters=sched_interval=2,batch_sched_delay=0,bf_interval=2
KillWait=2
CompleteWait=0
ReturnToService=2
NodeName=$host NodeAddr=127.0.0.1 CPUs=8 RealMemory=64000 State=UNKNOWN
PartitionName=test Nodes=ALL Default=YES MaxTime=INFINITE State=UP
END
SLURM_CONF=$folder/slurm.conf
export SLURM_CONF

munged --foreground --force --key-file="$folder/munge/key" --socket="$folder/munge/socket" \
  --pid-file="$folder/munge/pid" --log-file="$folder/munge/log" --seed-file="$folder/munge/seed" 2>/dev/null &
pids=$!
n=0
while [ ! -S "$folder/munge/socket" ]; do
  n=$((n + 1))
  [ "$n" -lt 100 ] || { echo "slurm.sh: munged does not start: $(cat "$folder/munge/log")" >&2; exit 1; }
  sleep 0.1
done
slurmctld -D -f "$SLURM_CONF" 2>/dev/null &
pids="$! $pids"
slurmd -D -f "$SLURM_CONF" -N "$host" 2>/dev/null &
pids="$! $pids"
n=0
until [ "$(sinfo --noheader --format=%T 2>/dev/null)" = idle ]; do
  n=$((n + 1))
  [ "$n" -lt 300 ] || { echo "slurm.sh: no node is idle:" >&2; tail -n 20 "$folder"/*.log >&2; exit 1; }
  sleep 0.1
done

status=0
"$@" || status=$?
exit "$status"

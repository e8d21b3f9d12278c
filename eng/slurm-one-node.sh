#!/usr/bin/env bash
# A Slurm of one node on this machine, to try a batch script for real. Needs root and Debian's packages slurm-wlm and munge.
#   eng/slurm-one-node.sh start DIR    then, with SLURM_CONF=DIR/slurm.conf, sbatch and the other commands
#   eng/slurm-one-node.sh stop DIR
# All it writes is in DIR. No cgroups and no systemd are needed: a container will do.
set -euo pipefail

usage() {
    echo "usage: eng/slurm-one-node.sh start|stop DIR" >&2
    exit 2
}

[ $# -eq 2 ] || usage
folder=$(realpath -m "$2")
export SLURM_CONF=$folder/slurm.conf

start() {
    mkdir -p "$folder"/{munge,state,spool}
    # munged wants its socket's folder open to all, up to the root.
    chmod 755 "$folder" "$folder/munge"
    (umask 077 && head -c 1024 /dev/urandom >"$folder/munge/key")
    munged --key-file="$folder/munge/key" --socket="$folder/munge/socket" --pid-file="$folder/munge/pid" \
        --log-file="$folder/munge/log" --seed-file="$folder/munge/seed" </dev/null >>"$folder/start.log" 2>&1

    # cred_expire is also how long a requeued job waits. The ports are not the usual ones, so that another Slurm can be there.
    cat >"$SLURM_CONF" <<CONF
ClusterName=onenode
SlurmctldHost=$(hostname -s)(127.0.0.1)
SlurmctldPort=16817
SlurmdPort=16818
SlurmUser=root
AuthType=auth/munge
AuthInfo=socket=$folder/munge/socket,cred_expire=5
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
ReturnToService=2
StateSaveLocation=$folder/state
SlurmdSpoolDir=$folder/spool
SlurmctldPidFile=$folder/slurmctld.pid
SlurmdPidFile=$folder/slurmd.pid
SlurmctldLogFile=$folder/slurmctld.log
SlurmdLogFile=$folder/slurmd.log
$(slurmd -C | head -n 1) NodeAddr=127.0.0.1 State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
CONF
    slurmctld </dev/null >>"$folder/start.log" 2>&1
    slurmd </dev/null >>"$folder/start.log" 2>&1
    for _ in $(seq 60); do
        if [ "$(sinfo --noheader --format=%T 2>/dev/null)" = idle ]; then
            return
        fi
        sleep 0.5
    done
    echo "no idle node after 30 s: see $folder/slurmctld.log and slurmd.log" >&2
    stop
    exit 1
}

stop() {
    scancel --user=root >/dev/null 2>&1 || true
    for file in slurmd.pid slurmctld.pid munge/pid; do
        if [ -f "$folder/$file" ]; then
            kill "$(cat "$folder/$file")" || true
        fi
    done
}

case $1 in
start) start ;;
stop) stop ;;
*) usage ;;
esac

# Confirms a change that firewall/apply.sh made. Argument: the run's id.
# Exit: 0 confirmed; 6 too late, the droplet has taken the change back or has restarted without it.
PATH=/usr/sbin:/usr/bin:/sbin:/bin
export PATH
run=/run/sessionctl/firewall/run-$1
mv "$run/token" "$run/confirmed" 2>/dev/null || exit 6
if [ -d /run/systemd/system ]; then systemctl stop "sessionctl-revert-$1.timer" 2>/dev/null; fi
exit 0

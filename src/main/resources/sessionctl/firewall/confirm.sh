# Confirms a change that firewall/apply.sh made. Arguments: the run's id, and the former policies "4 POLICY" and
# "6 POLICY", which are kept so that the removal of the chains can restore them.
# Exit: 0 confirmed; 6 too late, the droplet has rolled the change back or has restarted without it;
# 28 its disk is full, not confirmed.
PATH=/usr/sbin:/usr/bin:/sbin:/bin
export PATH
run=/run/sessionctl/firewall/run-$1
state=/var/lib/sessionctl/firewall
umask 077
mkdir -p "$state" && printf '%s\n%s\n' "$2" "$3" >"$state/policies.new" || exit 28
touch -c "$run/token" # firewall/load.sh waits for the run to keep it
mv "$run/token" "$run/confirmed" 2>/dev/null || { rm -f "$state/policies.new"; rmdir "$state" /var/lib/sessionctl 2>/dev/null; exit 6; }
mv "$state/policies.new" "$state/policies"
if [ -d /run/systemd/system ]; then systemctl stop "sessionctl-revert-$1.timer" 2>/dev/null; fi
exit 0

[#-- The complete file /etc/sessionctl/guard.conf. --]
# Written by sessionctl. The settings of the guard of memcached's sessions.
own [=private_ip]
port [=memcached.port]
peers [=peers?join(" ")]
# The least number of servers that hold each session; 0: all of them.
copies [=copies]
# Seconds that PHP waits for a session that another request uses, and for a server that does not respond.
lock_timeout [=sessions.lock_timeout.value]
server_timeout [=sessions.server_timeout]

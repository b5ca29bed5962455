[#-- Options that apply in a droplet's /etc/memcached.conf; all other lines of that file are kept.
     A line with ? applies only if the file does not set that option. memcached(1) explains the options. --]
# The private address only: memcached asks for no password.
-l [=private_ip]
-p [=memcached.port]
# No UDP: PHP does not use it, and it can be abused to flood others.
-U 0
[=memcached.memory.mark]-m [=memcached.memory.value]
[=memcached.max_item_size.mark]-I [=memcached.max_item_size.value]
[=memcached.connections.mark]-c [=memcached.connections.value]
[=memcached.threads.mark]-t [=memcached.threads.value]

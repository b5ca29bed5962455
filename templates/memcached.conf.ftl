[#-- Options that hold in a droplet's /etc/memcached.conf; every other line of that file stays as it is.
     A line with ? holds only where the file says nothing of its own. memcached(1) explains the options. --]
# The private address only: memcached asks nobody for a password.
-l [=private_ip]
-p [=memcached.port]
# No UDP: PHP does not use it, and it can be abused to flood others.
-U 0
[=memcached.memory.mark]-m [=memcached.memory.value]
[=memcached.max_item_size.mark]-I [=memcached.max_item_size.value]
[=memcached.connections.mark]-c [=memcached.connections.value]
[=memcached.threads.mark]-t [=memcached.threads.value]

[#-- Directives that hold in the memcache module's file; the distribution's other lines stay as they are.
     A line with ? holds only where the file says nothing of its own. --]
memcache.allow_failover=1
; One more than the copies that are wanted: the oldest versions of the module write one less than they are told.
memcache.session_redundancy=[=redundancy]
; With the default of 20 the search for a free server can give up early, and a new session then waits 30 s.
memcache.max_failover_attempts=500
memcache.hash_strategy=consistent
memcache.hash_function=crc32
[=sessions.lock_timeout.mark]memcache.lock_timeout=[=sessions.lock_timeout.value]

[#-- Directives that apply in the memcache module's file; all other lines are kept.
     A line with ? applies only if the file does not set that key. --]
memcache.allow_failover=1
; One more than the wanted number of copies: the oldest versions of the module write one copy less than this.
memcache.session_redundancy=[=redundancy]
; With the default of 20 the search for a free server can give up early, and a new session then waits 30 s.
memcache.max_failover_attempts=500
memcache.hash_strategy=consistent
memcache.hash_function=crc32
[=sessions.lock_timeout.mark]memcache.lock_timeout=[=sessions.lock_timeout.value]

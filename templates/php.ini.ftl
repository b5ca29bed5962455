[#-- Directives that hold in the php.ini of the web server's PHP; every other byte of that file stays as it is.
     A line with ? holds only where the file says nothing of its own. --]
session.save_handler = memcache
session.save_path="[=save_path]"
[#if sessions.lifetime.given]
session.gc_maxlifetime = [=sessions.lifetime.value]
[/#if]

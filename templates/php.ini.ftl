[#-- Directives that apply in the php.ini of the web server's PHP; all other bytes of that file are kept.
     A line with ? applies only if the file does not set that key. --]
session.save_handler = memcache
session.save_path="[=save_path]"
[#if sessions.lifetime.given]
session.gc_maxlifetime = [=sessions.lifetime.value]
[/#if]

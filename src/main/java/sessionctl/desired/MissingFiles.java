package sessionctl.desired;

import java.util.List;
import sessionctl.state.DropletState;
import sessionctl.state.FileState;
import sessionctl.state.PhpLayout;
import sessionctl.state.Unfit;

/**
 * A droplet's own files, and what stands in for one that is gone although its package is there: dpkg never brings back a
 * configuration file that somebody deleted.
 */
record MissingFiles(DropletState state, PhpLayout php) {
    /** What Debian's and Ubuntu's memcached needs besides our options: it does not run as root. */
    private static final String CONF = "-u memcache\n-P /run/memcached/memcached.pid\n";

    FileState conf(String path) {
        return found(path, List.of("memcached"), CONF);
    }

    FileState memcacheIni() {
        List<String> owners = List.of("php-memcache", "php5-memcache", "php" + php.version() + "-memcache");
        return found(php.memcacheIni(), owners, "extension=memcache.so\n");
    }

    /**
     * The SAPI's php.ini, absent where its package is yet to come.
     *
     * @throws Unfit when only its package can make it again
     */
    FileState phpIni() throws Unfit {
        FileState file = state.file(php.phpIni());
        if (file instanceof FileState.Absent && php.equals(state.php())) {
            String source = php.version().equals("5") ? "/usr/share/php5" : "/usr/lib/php/" + php.version();
            throw new Unfit("its " + php.phpIni() + " is gone; bring it back there (cp " + source
                    + "/php.ini-production " + php.phpIni() + "), then run again");
        }
        return file;
    }

    private FileState found(String path, List<String> owners, String standIn) {
        FileState file = state.file(path);
        boolean gone = file instanceof FileState.Absent && owners.stream().anyMatch(state.packages()::contains);
        return gone ? new FileState.Present(standIn, "644", "root:root") : file;
    }
}

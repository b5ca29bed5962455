package sessionctl.desired;

import java.util.List;
import sessionctl.state.DropletState;
import sessionctl.state.FileState;
import sessionctl.state.PhpLayout;
import sessionctl.state.UnsupportedDropletException;

/**
 * The files of a droplet, with default contents for a file that was deleted although its package is installed. dpkg
 * does not restore a deleted configuration file.
 */
record DefaultFileContents(DropletState state, PhpLayout php) {
    /**
     * The options that memcached needs on Debian and Ubuntu in addition to sessionctl's, because it does not run as
     * root.
     */
    private static final String CONF = "-u memcache\n-P /run/memcached/memcached.pid\n";

    FileState conf(String path) {
        return found(path, List.of("memcached"), CONF);
    }

    FileState memcacheIni() {
        List<String> owners = List.of("php-memcache", "php5-memcache", "php" + php.version() + "-memcache");
        return found(php.memcacheIni(), owners, "extension=memcache.so\n");
    }

    /**
     * Returns the SAPI's php.ini; absent if its package is not installed yet.
     *
     * @throws UnsupportedDropletException if the file was deleted: only its package could restore it
     */
    FileState phpIni() throws UnsupportedDropletException {
        FileState file = state.file(php.phpIni());
        if (file instanceof FileState.Absent && php.equals(state.php())) {
            String source = php.version().equals("5") ? "/usr/share/php5" : "/usr/lib/php/" + php.version();
            throw new UnsupportedDropletException("its " + php.phpIni() + " was deleted; restore it there (cp " + source
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

package sessionctl.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/** A class data archive (CDS) of the program's classes, as the launcher keeps one too. */
final class ClassArchive {
    static final Path PATH = Path.of("target/lab-tests.jsa").toAbsolutePath();

    private ClassArchive() {}

    /** Creates the archive with a run that connects to a droplet, unless the archive is newer than the program. */
    static synchronized void make(Lab lab) {
        if (PATH.toFile().lastModified() > Lab.JAR.toFile().lastModified()) {
            return;
        }
        // Several test runs may create the archive at once; the one that finishes last replaces the others.
        Path temporary = PATH.resolveSibling(
                PATH.getFileName() + "." + ProcessHandle.current().pid());
        List<String> words = new ArrayList<>(Program.java());
        words.removeIf(word -> word.startsWith("-XX:SharedArchiveFile="));
        words.addAll(List.of("-XX:ArchiveClassesAtExit=" + temporary, "-jar", Lab.JAR.toString()));
        words.addAll(List.of("provision", lab.inventory("lamp01").toString(), "--dry-run"));
        words.addAll(List.of("--known-hosts", lab.knownHosts().toString()));
        Result run = lab.exec(words.toArray(String[]::new));
        try {
            Files.move(temporary, PATH, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new AssertionError("no archive of classes could be made: " + run, e);
        }
    }
}

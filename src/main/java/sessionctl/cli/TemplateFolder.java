package sessionctl.cli;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import sessionctl.desired.TemplateSet;

/** A folder of the operator's own templates; a template that would silently not be used is a mistake. */
final class TemplateFolder {
    private TemplateFolder() {}

    /** The templates that are there, by name. */
    static Map<String, String> texts(Path folder) {
        String names = String.join(", ", TemplateSet.NAMES);
        if (!Files.isDirectory(folder)) {
            throw refused(folder + " is not a folder; name one with any of " + names);
        }
        Map<String, String> texts = new TreeMap<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.ftl")) {
            for (Path file : files) {
                String name = String.valueOf(file.getFileName());
                if (!TemplateSet.NAMES.contains(name)) {
                    throw refused(file + " is not used by anything; the templates are " + names);
                }
                texts.put(name, read(file));
            }
        } catch (IOException e) {
            throw refused(folder + " cannot be read (" + Reason.of(e) + "); mend the folder");
        }
        if (texts.isEmpty()) {
            throw refused(folder + " holds no template; name a folder with any of " + names);
        }
        return texts;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (CharacterCodingException e) {
            throw refused(file + " is not UTF-8; save it as UTF-8");
        } catch (IOException e) {
            throw refused(file + " cannot be read (" + Reason.of(e) + "); mend the file");
        }
    }

    private static CliFailure refused(String sentence) {
        return new CliFailure(ExitCode.USAGE, "--templates: " + sentence);
    }
}

package sessionctl.cli;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import sessionctl.action.ActionFailure;
import sessionctl.action.ExitCode;
import sessionctl.action.IoMessages;
import sessionctl.desired.TemplateSet;

/** Reads a folder with the operator's own templates. A file that would be ignored is an error. */
final class TemplateFolder {
    private TemplateFolder() {}

    /**
     * Returns the folder's templates as text, by name.
     *
     * @throws ActionFailure if the folder or a file cannot be read, if there is no template, or one with an unknown
     *     name
     */
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
                    throw refused(file + " is not a template of sessionctl; the templates are " + names);
                }
                texts.put(name, read(file));
            }
        } catch (IOException e) {
            throw refused(folder + " cannot be read (" + IoMessages.of(e) + "); fix the folder");
        }
        if (texts.isEmpty()) {
            throw refused(folder + " contains no template; give a folder with any of " + names);
        }
        return texts;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (CharacterCodingException e) {
            throw refused(file + " is not UTF-8; save it as UTF-8");
        } catch (IOException e) {
            throw refused(file + " cannot be read (" + IoMessages.of(e) + "); fix the file");
        }
    }

    private static ActionFailure refused(String sentence) {
        return new ActionFailure(ExitCode.USAGE, "--templates: " + sentence);
    }
}

package sessionctl.action;

import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;

/** Describes why a file could not be used. The messages of Java's own exceptions are often only the path. */
public final class IoMessages {
    private IoMessages() {}

    /** Returns the reason in a few words, without the path where the exception has a known type. */
    public static String of(Exception e) {
        if (e instanceof NoSuchFileException) {
            return "there is no such file";
        }
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        String message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : message;
    }
}

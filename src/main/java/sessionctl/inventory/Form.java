package sessionctl.inventory;

import java.util.Map;
import java.util.Optional;

/** What one scalar of the inventory must look like, and what it then means. */
interface Form<T> {
    /** The end of a problem's sentence, as in {@code expected a port from 1 to 65535}. */
    String expected();

    /** The meaning of a text, or nothing after its fault was told to the value that holds it. */
    Optional<T> read(String text, Value at);

    /** The same as a JSON Schema, as far as that can tell: it knows single values, and YAML's kinds of them. */
    Map<String, Object> schema();
}

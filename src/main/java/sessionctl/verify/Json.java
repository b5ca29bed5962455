package sessionctl.verify;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON (RFC 8259) that a page answered with: objects become maps, arrays lists, numbers doubles; nothing else is
 * accepted.
 */
final class Json {
    private static final int DEEPEST = 20;

    /** A key without a value is a key that is not there. */
    private static final Object NULL = new Object();

    private final String text;
    private int at;

    private Json(String text) {
        this.text = text;
    }

    /** A text that is not JSON, or not what it should hold. */
    static final class Unreadable extends Exception {
        private static final long serialVersionUID = 1;

        Unreadable(String what) {
            super(what);
        }
    }

    /** Reads a text that is one object. */
    static Map<String, Object> object(String text) throws Unreadable {
        Json json = new Json(text.strip());
        Object value = json.value(0);
        if (json.at != json.text.length()) {
            throw json.unreadable("the end");
        }
        return map(value);
    }

    /** A value that must be an object. */
    static Map<String, Object> map(@Nullable Object value) throws Unreadable {
        if (!(value instanceof Map<?, ?> map)) {
            throw new Unreadable("an object was expected");
        }
        Map<String, Object> copy = new LinkedHashMap<>();
        map.forEach((key, one) -> copy.put(String.valueOf(key), one));
        return copy;
    }

    /** The text at a key; empty where there is none. */
    static String string(Map<String, Object> object, String key) {
        return object.get(key) instanceof String text ? text : "";
    }

    /** The whole number at a key; 0 where there is none. */
    static int number(Map<String, Object> object, String key) {
        return object.get(key) instanceof Double number ? number.intValue() : 0;
    }

    /** The texts of the list at a key. */
    static List<String> strings(Map<String, Object> object, String key) {
        List<String> texts = new ArrayList<>();
        if (object.get(key) instanceof List<?> list) {
            list.forEach(one -> texts.add(String.valueOf(one)));
        }
        return texts;
    }

    private Object value(int depth) throws Unreadable {
        space();
        if (depth > DEEPEST) {
            throw unreadable("less depth");
        }
        return switch (at < text.length() ? text.charAt(at) : ' ') {
            case '{' -> members(depth);
            case '[' -> elements(depth);
            case '"' -> quoted();
            default -> word();
        };
    }

    private Map<String, Object> members(int depth) throws Unreadable {
        Map<String, Object> members = new LinkedHashMap<>();
        at++;
        while (!ends('}', members.isEmpty())) {
            space();
            String key = quoted();
            space();
            expect(':');
            Object value = value(depth + 1);
            if (value != NULL) {
                members.put(key, value);
            }
        }
        return members;
    }

    private List<Object> elements(int depth) throws Unreadable {
        List<Object> elements = new ArrayList<>();
        at++;
        while (!ends(']', elements.isEmpty())) {
            elements.add(value(depth + 1));
        }
        return elements;
    }

    /** Whether the collection ends here; otherwise the comma before its next part is read. */
    private boolean ends(char end, boolean first) throws Unreadable {
        space();
        if (at < text.length() && text.charAt(at) == end) {
            at++;
            return true;
        }
        if (!first) {
            expect(',');
        }
        return false;
    }

    private String quoted() throws Unreadable {
        expect('"');
        StringBuilder value = new StringBuilder();
        while (at < text.length() && text.charAt(at) != '"') {
            char c = text.charAt(at++);
            value.append(c == '\\' ? escaped() : c);
        }
        expect('"');
        return value.toString();
    }

    private char escaped() throws Unreadable {
        char c = at < text.length() ? text.charAt(at++) : ' ';
        int known = "\"\\/bfnrt".indexOf(c);
        if (known >= 0) {
            return "\"\\/\b\f\n\r\t".charAt(known);
        }
        if (c != 'u' || at + 4 > text.length() || !text.substring(at, at + 4).matches("[0-9A-Fa-f]{4}")) {
            throw unreadable("an escape");
        }
        at += 4;
        return (char) Integer.parseInt(text.substring(at - 4, at), 16);
    }

    private Object word() throws Unreadable {
        int from = at;
        while (at < text.length() && "+-.0123456789Eaeflnrstu".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        String word = text.substring(from, at);
        if (word.equals("null")) {
            return NULL;
        }
        if (word.equals("true") || word.equals("false")) {
            return Boolean.valueOf(word);
        }
        if (!word.matches("-?\\d{1,18}([.]\\d{1,18})?([eE][+-]?\\d{1,3})?")) {
            throw unreadable("a value");
        }
        return Double.valueOf(word);
    }

    private void space() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private void expect(char wanted) throws Unreadable {
        if (at >= text.length() || text.charAt(at) != wanted) {
            throw unreadable(Character.toString(wanted));
        }
        at++;
    }

    private Unreadable unreadable(String expected) {
        return new Unreadable(expected + " was expected at character " + (at + 1));
    }
}

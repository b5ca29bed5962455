package sessionctl.inventory;

/** Paths in the document as people read them: {@code droplets[2].private_ip}. */
final class KeyPath {
    private KeyPath() {}

    static String key(String path, String key) {
        String word = key.matches("[A-Za-z0-9_-]{1,60}") ? key : Quoted.of(key);
        return path.isEmpty() ? word : path + "." + word;
    }

    static String item(String path, int index) {
        return path + "[" + index + "]";
    }
}

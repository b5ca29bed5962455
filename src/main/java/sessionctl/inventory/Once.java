package sessionctl.inventory;

import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Ports of one list, none of them twice. */
final class Once implements Form<Integer> {
    private final Form<Integer> form;
    private final Set<Integer> seen = new HashSet<>();

    Once(Form<Integer> form) {
        this.form = form;
    }

    @Override
    public String expected() {
        return form.expected();
    }

    @Override
    public Optional<Integer> read(String text, Value at) {
        Optional<Integer> port = form.read(text, at);
        return port.isPresent() && !seen.add(port.get())
                ? at.refuse(text, "is in the list already", "expected it once")
                : port;
    }

    @Override
    public Map<String, Object> schema() {
        return form.schema();
    }
}

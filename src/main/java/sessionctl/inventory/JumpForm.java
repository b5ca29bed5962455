package sessionctl.inventory;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The hosts on the way, as {@code ssh -J} takes them. */
record JumpForm() implements Form<List<JumpHost>> {
    @Override
    public String expected() {
        return "expected user@host:port, several with commas between, or none";
    }

    @Override
    public Optional<List<JumpHost>> read(String text, Value at) {
        return JumpHost.parse(text).or(() -> at.refuse(text, "is not a jump host", expected()));
    }

    @Override
    public Map<String, Object> schema() {
        return Map.of("type", List.of("string", "number"), "pattern", "^(?:" + JumpHost.SEVERAL + ")$");
    }
}

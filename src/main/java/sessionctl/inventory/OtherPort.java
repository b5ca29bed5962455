package sessionctl.inventory;

import java.util.Map;
import java.util.Optional;

/** A port for something else than memcached: for sshd, which could not share it, or open to everybody. */
record OtherPort(int memcached) implements Form<Integer> {
    @Override
    public String expected() {
        return WholeNumber.PORT.expected();
    }

    @Override
    public Optional<Integer> read(String text, Value at) {
        Optional<Integer> port = WholeNumber.PORT.read(text, at);
        return port.isPresent() && port.get() == memcached
                ? at.refuse(text, "is memcached's port", expected() + " other than that")
                : port;
    }

    @Override
    public Map<String, Object> schema() {
        return WholeNumber.PORT.schema();
    }
}

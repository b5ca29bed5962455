package sessionctl.report;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import java.util.Locale;
import sessionctl.verify.BadSession;
import sessionctl.verify.Case;
import sessionctl.verify.Copies;
import sessionctl.verify.Finding;
import sessionctl.verify.Proof;

/** What verify found, for programs. */
final class ProofJson {
    private ProofJson() {}

    /** Fills in what follows the head of the document. */
    static void fill(JsonObject root, Proof proof) {
        root.addProperty("cluster", proof.cluster());
        JsonArray promises = new JsonArray();
        proof.cases().forEach(c -> promises.add(promise(c)));
        root.add("promises", promises);
        JsonArray unreached = new JsonArray();
        proof.unreached().forEach(f -> unreached.add(finding(f)));
        root.add("unreached", unreached);
        JsonArray droplets = new JsonArray();
        proof.uses().forEach(use -> droplets.add(use(use)));
        root.add("droplets", droplets);
        Copies copies = proof.copies();
        if (copies != null) {
            root.add("copies", copies(copies));
        }
    }

    private static JsonObject promise(Case one) {
        JsonObject promise = new JsonObject();
        promise.addProperty("id", one.id());
        promise.addProperty("promise", one.promise());
        promise.addProperty("result", one.result().name().toLowerCase(Locale.ROOT));
        promise.addProperty("detail", one.detail());
        JsonArray findings = new JsonArray();
        one.findings().forEach(f -> findings.add(finding(f)));
        promise.add("findings", findings);
        return promise;
    }

    private static JsonObject finding(Finding finding) {
        JsonObject one = new JsonObject();
        one.addProperty("droplet", finding.droplet());
        one.addProperty("what", finding.what());
        one.addProperty("remedy", finding.remedy());
        JsonArray sessions = new JsonArray();
        finding.sessions().forEach(s -> sessions.add(session(s)));
        one.add("sessions", sessions);
        return one;
    }

    private static JsonObject session(BadSession session) {
        JsonObject one = new JsonObject();
        one.addProperty("id", session.id());
        one.addProperty("how", session.how().id());
        JsonArray droplets = new JsonArray();
        session.droplets().forEach(droplets::add);
        one.add("droplets", droplets);
        return one;
    }

    private static JsonObject use(Proof.Uses use) {
        JsonObject one = new JsonObject();
        one.addProperty("name", use.droplet());
        one.addProperty("php", use.php());
        one.addProperty("sapi", use.sapi());
        one.addProperty("memcache", use.module());
        one.addProperty("settings_fingerprint", use.fingerprint());
        one.addProperty("slowest_answer_ms", use.slowest());
        return one;
    }

    private static JsonArray copies(Copies copies) {
        JsonArray all = new JsonArray();
        for (String writer : copies.ids().keySet()) {
            JsonObject on = new JsonObject();
            copies.held().keySet().forEach(h -> on.addProperty(h, copies.of(writer, h)));
            JsonObject one = new JsonObject();
            one.addProperty("written_on", writer);
            one.add("found_on", on);
            all.add(one);
        }
        return all;
    }
}

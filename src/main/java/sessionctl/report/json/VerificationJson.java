package sessionctl.report.json;

import com.google.gson.JsonObject;
import sessionctl.verify.CheckFailure;
import sessionctl.verify.CheckResult;
import sessionctl.verify.SessionFailure;
import sessionctl.verify.SessionReplicas;
import sessionctl.verify.VerificationResult;

/** The results of {@code verify} as JSON. */
final class VerificationJson {
    private VerificationJson() {}

    /** Adds the members that follow the head of the document. */
    static void addMembers(JsonObject root, VerificationResult verification) {
        root.addProperty("cluster", verification.cluster());
        root.add("promises", JsonText.array(verification.checks(), VerificationJson::check));
        root.add("unreached", JsonText.array(verification.unreached(), VerificationJson::finding));
        root.add("droplets", JsonText.array(verification.phpUses(), VerificationJson::use));
        SessionReplicas copies = verification.replicas();
        if (copies != null) {
            root.add("copies", JsonText.array(copies.ids().keySet(), writer -> copies(copies, writer)));
        }
    }

    private static JsonObject check(CheckResult one) {
        JsonObject check = new JsonObject();
        check.addProperty("id", one.id());
        check.addProperty("promise", one.property());
        check.addProperty("result", one.result().id());
        check.addProperty("detail", one.detail());
        check.add("findings", JsonText.array(one.failures(), VerificationJson::finding));
        return check;
    }

    private static JsonObject finding(CheckFailure finding) {
        JsonObject one = new JsonObject();
        one.addProperty("droplet", finding.droplet());
        one.addProperty("what", finding.fault());
        one.addProperty("remedy", finding.remedy());
        one.add("sessions", JsonText.array(finding.sessions(), VerificationJson::session));
        return one;
    }

    private static JsonObject session(SessionFailure session) {
        JsonObject one = new JsonObject();
        one.addProperty("id", session.id());
        one.addProperty("how", session.how().id());
        one.add("droplets", JsonText.array(session.droplets()));
        return one;
    }

    private static JsonObject use(VerificationResult.PhpUse use) {
        JsonObject one = new JsonObject();
        one.addProperty("name", use.droplet());
        one.addProperty("php", use.php());
        one.addProperty("sapi", use.sapi());
        one.addProperty("memcache", use.module());
        one.addProperty("settings_fingerprint", use.fingerprint());
        one.addProperty("slowest_answer_ms", use.slowest());
        return one;
    }

    private static JsonObject copies(SessionReplicas copies, String writer) {
        JsonObject on = new JsonObject();
        copies.held().keySet().forEach(h -> on.addProperty(h, copies.compare(writer, h)));
        JsonObject one = new JsonObject();
        one.addProperty("written_on", writer);
        one.add("found_on", on);
        return one;
    }
}

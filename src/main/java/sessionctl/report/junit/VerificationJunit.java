package sessionctl.report.junit;

import java.io.StringWriter;
import java.util.stream.Collectors;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import sessionctl.report.TerminalSafe;
import sessionctl.report.text.VerificationText;
import sessionctl.verify.CheckResult;
import sessionctl.verify.VerificationResult;

/** The results of {@code verify} as JUnit's XML for build servers, one test case per check. */
public final class VerificationJunit {
    private static final int MAX_SESSIONS = 20;

    private VerificationJunit() {}

    /** Returns the document. */
    public static String of(VerificationResult verification) {
        StringWriter text = new StringWriter();
        try {
            XMLStreamWriter xml = XMLOutputFactory.newInstance().createXMLStreamWriter(text);
            xml.writeStartDocument("UTF-8", "1.0");
            xml.writeCharacters("\n");
            xml.writeStartElement("testsuite");
            attribute(xml, "name", "sessionctl verify " + verification.cluster());
            int errors = verification.unreached().size();
            xml.writeAttribute("tests", Integer.toString(verification.checks().size() + errors));
            xml.writeAttribute("failures", Long.toString(verification.count(CheckResult.Result.FAILED)));
            xml.writeAttribute("errors", Integer.toString(errors));
            xml.writeAttribute("skipped", Long.toString(verification.count(CheckResult.Result.SKIPPED)));
            for (var lost : verification.unreached()) {
                begin(xml, verification, lost.droplet() + " is reached");
                element(xml, "error", VerificationText.sentence(lost), VerificationText.sentence(lost));
                xml.writeEndElement();
            }
            for (CheckResult one : verification.checks()) {
                write(xml, verification, one);
            }
            xml.writeCharacters("\n");
            xml.writeEndElement();
            xml.writeCharacters("\n");
            xml.writeEndDocument();
        } catch (XMLStreamException e) {
            throw new IllegalStateException("memory does not fail", e);
        }
        return text.toString();
    }

    private static void begin(XMLStreamWriter xml, VerificationResult verification, String name)
            throws XMLStreamException {
        xml.writeCharacters("\n  ");
        xml.writeStartElement("testcase");
        attribute(xml, "classname", "sessionctl.verify." + verification.cluster());
        attribute(xml, "name", name);
    }

    private static void write(XMLStreamWriter xml, VerificationResult verification, CheckResult one)
            throws XMLStreamException {
        begin(xml, verification, one.property());
        switch (one.result()) {
            case PASSED -> {
                xml.writeStartElement("system-out");
                xml.writeCharacters(TerminalSafe.of(one.detail()));
                xml.writeEndElement();
            }
            case FAILED -> {
                String all = one.failures().stream()
                        .flatMap(f -> VerificationText.lines(f, MAX_SESSIONS).stream())
                        .collect(Collectors.joining("\n"));
                element(xml, "failure", all.lines().findFirst().orElse(""), all);
            }
            case SKIPPED -> {
                xml.writeEmptyElement("skipped");
                attribute(xml, "message", one.detail());
            }
        }
        xml.writeEndElement();
    }

    private static void element(XMLStreamWriter xml, String kind, String message, String all)
            throws XMLStreamException {
        xml.writeStartElement(kind);
        attribute(xml, "message", message);
        xml.writeCharacters(TerminalSafe.of(all));
        xml.writeEndElement();
    }

    /**
     * Writes an attribute. Escapes control characters and noncharacters, because XML cannot represent them and parsers
     * reject the document.
     */
    private static void attribute(XMLStreamWriter xml, String name, String text) throws XMLStreamException {
        xml.writeAttribute(name, TerminalSafe.of(text));
    }
}

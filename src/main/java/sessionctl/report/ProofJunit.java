package sessionctl.report;

import java.io.StringWriter;
import java.util.stream.Collectors;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import sessionctl.verify.Case;
import sessionctl.verify.Proof;

/** What verify found as JUnit's XML, which build servers read: a test case a promise. */
public final class ProofJunit {
    private static final int MOST_SESSIONS = 20;

    private ProofJunit() {}

    /** The document. */
    public static String of(Proof proof) {
        StringWriter text = new StringWriter();
        try {
            XMLStreamWriter xml = XMLOutputFactory.newInstance().createXMLStreamWriter(text);
            xml.writeStartDocument("UTF-8", "1.0");
            xml.writeCharacters("\n");
            xml.writeStartElement("testsuite");
            attribute(xml, "name", "sessionctl verify " + proof.cluster());
            int errors = proof.unreached().size();
            xml.writeAttribute("tests", Integer.toString(proof.cases().size() + errors));
            xml.writeAttribute("failures", Long.toString(proof.count(Case.Result.BROKEN)));
            xml.writeAttribute("errors", Integer.toString(errors));
            xml.writeAttribute("skipped", Long.toString(proof.count(Case.Result.NOT_TRIED)));
            for (var lost : proof.unreached()) {
                begin(xml, proof, lost.droplet() + " is reached");
                told(xml, "error", ProofText.sentence(lost), ProofText.sentence(lost));
                xml.writeEndElement();
            }
            for (Case one : proof.cases()) {
                write(xml, proof, one);
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

    private static void begin(XMLStreamWriter xml, Proof proof, String name) throws XMLStreamException {
        xml.writeCharacters("\n  ");
        xml.writeStartElement("testcase");
        attribute(xml, "classname", "sessionctl.verify." + proof.cluster());
        attribute(xml, "name", name);
    }

    private static void write(XMLStreamWriter xml, Proof proof, Case one) throws XMLStreamException {
        begin(xml, proof, one.promise());
        switch (one.result()) {
            case KEPT -> {
                xml.writeStartElement("system-out");
                xml.writeCharacters(Legible.of(one.detail()));
                xml.writeEndElement();
            }
            case BROKEN -> {
                String all = one.findings().stream()
                        .flatMap(f -> ProofText.told(f, MOST_SESSIONS).stream())
                        .collect(Collectors.joining("\n"));
                told(xml, "failure", all.lines().findFirst().orElse(""), all);
            }
            case NOT_TRIED -> {
                xml.writeEmptyElement("skipped");
                attribute(xml, "message", one.detail());
            }
        }
        xml.writeEndElement();
    }

    private static void told(XMLStreamWriter xml, String kind, String message, String all) throws XMLStreamException {
        xml.writeStartElement(kind);
        attribute(xml, "message", message);
        xml.writeCharacters(Legible.of(all));
        xml.writeEndElement();
    }

    /** XML has no way to write a control character or a noncharacter: one of them makes the document unreadable. */
    private static void attribute(XMLStreamWriter xml, String name, String text) throws XMLStreamException {
        xml.writeAttribute(name, Legible.of(text));
    }
}

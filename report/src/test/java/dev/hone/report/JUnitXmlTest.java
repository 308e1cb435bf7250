package dev.hone.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

class JUnitXmlTest {
    @Test
    void aSuiteCountsItsFailuresAndAFailureSaysWhatWasAskedAndAnswered() throws Exception {
        JUnitXml xml = new JUnitXml("first run");
        xml.suite("sums").passed("sums.jsonl:1").failed("sums.jsonl:2", "prompt: 1 < 2 & \"3\"?\nanswer: 답\u0007");
        xml.suite("empty");

        Document read = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(xml.toXml().getBytes(StandardCharsets.UTF_8)));
        Element suite = (Element) read.getElementsByTagName("testsuite").item(0);
        assertThat(suite.getAttribute("name")).isEqualTo("sums");
        assertThat(suite.getAttribute("tests")).isEqualTo("2");
        assertThat(suite.getAttribute("failures")).isEqualTo("1");
        Element failure = (Element) read.getElementsByTagName("failure").item(0);
        assertThat(failure.getTextContent()).isEqualTo("prompt: 1 < 2 & \"3\"?\nanswer: 답\uFFFD");
        assertThat(failure.getAttribute("message")).isEqualTo("prompt: 1 < 2 & \"3\"? answer: 답\uFFFD");
        assertThat(((Element) failure.getParentNode()).getAttribute("name")).isEqualTo("sums.jsonl:2");
        assertThat(read.getDocumentElement().getAttribute("tests")).isEqualTo("2");
    }
}

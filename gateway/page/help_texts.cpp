#include "gateway/page/help_texts.hpp"

#include <array>

namespace tidemark::gateway {

const std::string_view causes_html =
    "<h2>Often it is not an outage</h2><ul>"
    "<li><b>The contact has no phone and no e-mail.</b> Add one of them where you made it.</li>"
    "<li><b>The phone number cannot be one</b>, such as 555-1234 without its area. Write it in "
    "full."
    "</li>"
    "<li><b>The person opted out.</b> Then no text, call list or sequence gets them. That is right "
    "so; "
    "do not add them again.</li>"
    "<li><b>It is under another name.</b> Look for the number or the e-mail, not for the name.</li>"
    "<li><b>Two people share a number or an e-mail.</b> IT sees in a list whom you may have meant."
    "</li>"
    "<li><b>You changed it less than five minutes ago.</b> Wait until five minutes are over.</li>"
    "</ul>"
    "<h2>Tell IT now, do not wait</h2><ul>"
    "<li>Somebody who said STOP was texted or called again.</li>"
    "<li>Contacts, calls or messages are gone.</li>"
    "<li>A system above is not reachable or refuses our key for more than ten minutes.</li>"
    "<li>You see data of people who are not yours, or somebody asks for passwords.</li></ul>";

const std::string_view architecture_html =
    "<p>Your systems tell Tidemark of every change. Tidemark writes each message down before it "
    "says yes: what it said yes to is not forgotten. Then it decides what the other systems have "
    "to hear, and "
    "tells "
    "them. What it decided, and why, can be looked up for every person and every day.</p><ol>"
    "<li><b>A system sends a message</b>: a contact was added, somebody texted, a call ended.</li>"
    "<li><b>Tidemark checks that it is genuine</b> and writes it into its log. Nothing in the log "
    "is "
    "ever changed.</li>"
    "<li><b>It finds out who is meant</b>, by the system's own number of the contact, by phone and "
    "by "
    "e-mail.</li>"
    "<li><b>It decides</b> what changes, what differs between systems, and who may be written to."
    "</li>"
    "<li><b>It passes the change on</b>. A system that does not answer is tried again; what is "
    "given up in the end, IT is told.</li></ol>"
    "<p>An opt-out goes before everything else.</p>";

const std::string_view workflows_html =
    "<h2>A contact is added</h2><p>Tidemark looks whether the other systems have the person "
    "already, "
    "by phone and e-mail. Where not, it adds the contact there, and keeps which records belong "
    "together.</p>"
    "<h2>A contact is changed</h2><p>The change goes to the other systems. When two systems say "
    "different things, a fixed rule decides, and both values are kept for IT to see.</p>"
    "<h2>A call ends, a text comes</h2><p>It is shown in the contact's thread in the CRM, once.</p>"
    "<h2>Somebody says STOP</h2><p>From that moment Tidemark sends the person nothing but one "
    "confirmation and answers to HELP, where those are set up. What people send from another "
    "system "
    "it cannot stop: it reports it. Systems that are set up to be told are told; where nobody but "
    "a "
    "person can set the mark, IT gets an alert until it is done. START opens it again.</p>"
    "<h2>A list or a sequence</h2><p>Tags and owners decide on which call lists a contact stands. "
    "Who "
    "opted out is on none.</p>";

namespace {

constexpr std::array<HelpText, 5> texts{{
    {"faq", "Questions and answers",
     "<h2>How long does it take?</h2><p>A change is passed on within seconds while every system "
     "works. Look at the first page when it takes longer than five minutes.</p>"
     "<h2>Do I have to add a contact twice?</h2><p>No. Add it in one system. If it is in another "
     "one "
     "already, Tidemark finds it by phone or e-mail and joins them.</p>"
     "<h2>Which system is right when two differ?</h2><p>A rule that was set for your company "
     "decides, "
     "for each field. IT can show you both values and the rule.</p>"
     "<h2>What if a system is away?</h2><p>Changes wait and are passed on when it is back. "
     "One that cannot be passed on after many tries is given up, and IT gets an alert.</p>"
     "<h2>Somebody said STOP in one system. And the others?</h2><p>Those that are set up to be "
     "told are told at "
     "once. Where a system cannot be told by a program, a person in IT is asked to do it.</p>"
     "<h2>Can I see what happened to one contact?</h2><p>IT can, for any time: ask with the phone "
     "number or the e-mail.</p>"},
    {"common-scenarios", "What to do when",
     "<h2>A contact is missing in another system</h2><p>Look at the first page. Is that system "
     "working? If not, wait. If it is: has the contact a phone or an e-mail? Did the person opt "
     "out? "
     "Else tell IT.</p>"
     "<h2>A call or a text is missing</h2><p>It waits until its contact is known. Is the contact "
     "in the "
     "CRM, with that number?</p>"
     "<h2>A contact is there twice</h2><p>Do not delete one. Tell IT: they can join them, and take "
     "it "
     "back.</p>"
     "<h2>Old data stands in one system</h2><p>Was it changed in the last five minutes? Else tell "
     "IT "
     "which field, and what stands where.</p>"
     "<h2>Somebody opted out and got a text</h2><p>Tell IT now, with number and time.</p>"},
    {"connected-systems", "Connected systems",
     "<p>Which systems are connected at your place, and how they are now, stands under Connected "
     "systems. They are of these kinds:</p><dl>"
     "<dt>CRM (GoHighLevel)</dt><dd>contacts, messages, appointments, tags</dd>"
     "<dt>Dialer (Aloware)</dt><dd>contacts, calls, texts, call lists, sequences. A mark that "
     "somebody "
     "must not be called is set there by a person.</dd>"
     "<dt>Texting (Verity)</dt><dd>texts and broadcasts. It hears of contacts from the CRM's "
     "messages.</dd>"
     "<dt>Other systems</dt><dd>contacts, by signed messages both ways</dd></dl>"},
    {"glossary", "Words",
     "<dl><dt>Contact</dt><dd>one person, over all systems</dd>"
     "<dt>Record</dt><dd>the contact in one system</dd>"
     "<dt>Opt-out</dt><dd>a person does not want texts, calls or e-mails any more</dd>"
     "<dt>Working</dt><dd>the system answered in the last minute and took our key</dd>"
     "<dt>Slow</dt><dd>a change has waited longer than five minutes, or its limit is used up</dd>"
     "<dt>Not reachable</dt><dd>it does not answer</dd>"
     "<dt>Refuses our key</dt><dd>it answers, but lets Tidemark do nothing</dd>"
     "<dt>Paused</dt><dd>somebody in IT stopped it on purpose</dd>"
     "<dt>Not known</dt><dd>no answer of it to us is younger than a minute</dd>"
     "<dt>Position</dt><dd>the number of a line in Tidemark's log. IT finds everything by "
     "it.</dd></dl>"},
    {"troubleshooting", "When something is missing",
     "<ol><li>Open the first page. Is the system working?</li>"
     "<li>Are five minutes over?</li>"
     "<li>Has the contact a phone or an e-mail that can be one?</li>"
     "<li>Did the person opt out?</li>"
     "<li>Look for the number, not for the name.</li>"
     "<li>Still missing: copy the text at the end of the first page, fill it in, and send it to IT."
     "</li></ol>"},
}};

} // namespace

std::span<const HelpText> help_texts() {
  return texts;
}

} // namespace tidemark::gateway

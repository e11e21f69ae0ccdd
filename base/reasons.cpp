#include "base/reasons.hpp"

#include <algorithm>

// One line for each code: what happened, what to do. Order: what the contact decided, targets,
// identity, reading webhooks, vendors' answers, deliveries.
namespace tidemark {
namespace {

constexpr std::string_view look_at_vendor = "Read the vendor's answer: tidemark log show POSITION.";
constexpr std::string_view wait_retry = "Nothing: it is tried again by itself.";

constexpr Reason reasons[] = {
    // ---- what the contact decided about an observation
    {"nothing_new", "The record says what was known already.", ""},
    {"already_equal", "The system already holds these values.", ""},
    {"own_write_came_back", "This is our own write coming back from the system.", ""},
    {"older_than_known", "The record's version is older than one that was seen before.", ""},
    {"from_before_our_write",
     "The system tells of a time before our newer value had arrived there, so it is no edit.", ""},
    {"record_replaced",
     "Another record took this one's place in its system, so what it says is outdated.", ""},
    {"others_brought_up_to_date", "The other systems are brought up to date with what is known.",
     ""},
    {"record_removed", "The record was deleted in its system.",
     "Delete it in the other systems too if that is wanted; Tidemark deletes nothing there."},
    {"record_not_known", "A record was deleted that Tidemark had never seen.", ""},
    {"deletion_stays_at_source", "A deletion in one system deletes nothing in the others.",
     "Delete the record there by hand if that is wanted."},
    {"opted_out", "An opt-out of the person stands against it.",
     "Nothing: it is on purpose. tidemark audit opt-outs --address A shows who said what."},
    {"opt_out_seen", "An opt-out sign stands against it.",
     "Clear the sign in the source system if the person agreed again."},
    {"flapping", "A field changed back and forth too often, so it is held.",
     "Find the two systems that undo each other's edits and let only one write the field."},
    {"unknown_event_in_stream", "The contact's history has an event that this program cannot read.",
     "Run the newer version of Tidemark that wrote it."},
    {"source_of_truth", "The configuration names another system as the source of this field.",
     "Edit the field there, or change [sync] in the configuration."},
    // ---- targets
    {"target_has_no_contact_api", "The system has no way to take contacts.", ""},
    {"target_does_not_receive", "The configuration says that the system receives nothing.",
     "Set receives = true for the connector if it should."},
    {"no_phone_or_email", "The contact has neither a phone number nor an e-mail address.",
     "Add one in the source system; the contact is then delivered by itself."},
    {"create", "A record is made there.", ""},
    {"update", "Its record is brought up to date.", ""},
    {"refused_before",
     "The system refused exactly this before for what it says, so it is not asked again.",
     "Correct the value that it refuses; its answer names it: tidemark explain shows where."},
    {"already_intended", "A delivery that is on its way brings these values already.", ""},
    {"in_flight", "A request for this contact is on its way; what follows waits for its answer.",
     ""},
    // ---- identity
    {"names_differ", "The address belongs to a contact with another name, so they stay separate.",
     "Check whether both are one person; correct the name in one system if so."},
    {"record_exists", "The contact that was found has another record in this system.",
     "Check whether the system holds the person twice; merge the records there if so."},
    {"keys_point_to_two", "The remote id and an address point to two contacts; the remote id won.",
     "Check which contact the address belongs to."},
    // ---- consent
    {"maybe_opt_out", "The person's words may mean an opt-out; sends wait until somebody decides.",
     "Read the message and decide: POST /api/v1/reviews/ID."},
    {"older_than_opt_out", "The opt-in was said before the opt-out, so the opt-out stands.", ""},
    {"stronger_evidence_stands",
     "An opt-out with stronger evidence stands; a mark that goes does not lift the person's word.",
     "Ask the person, then record an opt-in with a reason: POST /api/v1/opt-ins."},
    {"time_unknown", "It is not known when the opt-in was said, so the opt-out stands.",
     "Record the opt-in with its time: POST /api/v1/opt-ins with said_at."},
    {"wider_opt_out_stands", "The opt-out is about more senders than the opt-in, so it stands.",
     "Record an opt-in for all senders if the person wants that."},
    {"said_about_another_address",
     "The opt-out was said about another address of the person, so this one does not lift it.",
     "Have the opt-in recorded for that address."},
    {"carried_over", "What the person said before holds for this address as well.", ""},
    {"held_by_the_send_gate",
     "The system cannot be told of opt-outs; messages to it are held back here.",
     "Mark the person there by hand if people send from that system too."},
    {"said_there", "The mark stands in this system, so it need not be told.", ""},
    {"already_told", "The system was told already.", ""},
    {"other_opt_out_stands", "Another opt-out stands, so the channel stays closed there.", ""},
    {"no_record_there", "The person has no record in this system.",
     "Nothing: it is told when the person gets a record there."},
    {"opt_out", "The system is told to close the channels.", ""},
    {"opt_in", "The system is told to open the channels.", ""},
    {"in_review", "Something that the person said may be an opt-out and waits for a decision.",
     "Decide it: GET /api/v1/reviews lists what waits."},
    {"quiet_hours", "It is night where the person is.", wait_retry},
    {"cap_reached", "The person had as many messages as a day may bring.", ""},
    {"target_has_no_such_call", "The system has no way to do this.", ""},
    {"recorded", "It is recorded at the contact; no other system needs it.", ""},
    {"waiting_for_contact", "It is not known yet whose it is.",
     "Nothing: it goes on by itself once the person's record is seen."},
    // ---- reading webhooks
    {"body_not_json", "The body is not JSON.",
     "Ask the vendor what it sent: tidemark log show POSITION --with-bodies."},
    {"body_empty", "The body is empty.", "Ask the vendor why it sends empty webhooks."},
    {"body_not_utf8", "The body is not UTF-8.", "Ask the vendor what it sent."},
    {"body_too_deep", "The body nests deeper than any real webhook.",
     "Ask the vendor what it sent."},
    {"duplicate_key", "The body names one member twice, so readers could see different values.",
     "Ask the vendor what it sent."},
    {"body_not_an_object", "The body is JSON but no object.", "Ask the vendor what it sent."},
    {"missing_record_id", "A contact event does not say which record it is about.",
     "Ask the vendor why the id is missing."},
    {"wrong_type", "A member has a type that it cannot have, so it was left out.",
     "Look at the body: tidemark log show POSITION --with-bodies."},
    {"kind_of_later_work", "This kind of event is kept, and is not acted on yet.",
     "Nothing: it can be reprocessed once Tidemark handles it."},
    {"unknown_event_type", "The vendor's event name is not one that Tidemark knows.",
     "Check the vendor's webhook settings; the webhook is kept and can be reprocessed."},
    {"no_event_type", "The body does not say what kind of event it is.",
     "Check which part of the vendor sends to this address."},
    {"other_location", "The webhook is about another location than the configured one.",
     "Set location_id, or send that location's webhooks elsewhere."},
    {"stale", "The webhook is authentic but old; only an opt-out in it is applied.",
     "If it should count, read the record again in the vendor's system."},
    {"timestamp_too_old", "The webhook's time is outside the tolerance.",
     "Check the vendor's delay and both clocks."},
    {"timestamp_in_future", "The webhook's time lies in the future.", "Check both clocks."},
    {"bad_timestamp", "The webhook's time cannot be read.", "Ask the vendor what it sent."},
    {"missing_signature", "The webhook is not signed.", "Check the vendor's webhook settings."},
    {"bad_signature", "The signature does not fit the body.",
     "Check the configured key: POST /webhooks/test explains a signature."},
    {"repeated_header", "A header that must be single came twice.",
     "Check the proxy in front of Tidemark."},
    {"timestamp_outside_tolerance", "The webhook's time is outside the tolerance.",
     "Check the vendor's delay and both clocks."},
    {"connector_not_configured", "The connector that it came through is not configured any more.",
     "Configure it again, then have the webhook reprocessed."},
    {"missing_required_fields", "The event lacks members that it must have.",
     "Ask the vendor what it sent."},
    {"missing_sender", "The message does not say who sent it.", "Ask the vendor what it sent."},
    {"sender_is_no_phone_number",
     "The sender is a short code or a name, which no contact can have.", ""},
    {"possible_opt_out", "The text contains a word that may be an opt-out.",
     "Read the message and decide: tidemark log show POSITION --with-bodies."},
    {"test_ping", "The vendor sends this when a webhook is saved.", ""},
    {"thin_event", "The event names a record and says nothing about it.",
     "Have the vendor send the record's fields with the event."},
    // ---- vendors' answers
    {"record_gone", "The record does not exist there any more; the person is searched for anew.",
     ""},
    {"unauthorized", "The vendor refused the credential.",
     "Renew the connector's token in the configuration."},
    {"signature_refused", "The receiver refused our signature.", "Check the secret on both sides."},
    {"forbidden", "The credential may not do this.", "Give the connector's token the right to it."},
    {"payment_required", "The vendor asks for payment.", "Check the account at the vendor."},
    {"rate_limited", "The vendor asks to slow down.", wait_retry},
    {"vendor_asks_to_repeat", "The vendor asks to repeat the request.", wait_retry},
    {"vendor_failed", "The vendor had an error of its own.", wait_retry},
    {"redirected", "The vendor points to another address, which is not followed.",
     "Correct base_url in the configuration."},
    {"answer_not_understood", "The answer does not show what became of the request.",
     look_at_vendor},
    {"answer_not_json", "The answer is not JSON.", look_at_vendor},
    {"bad_request", "The vendor refused the request as malformed.", look_at_vendor},
    {"validation_failed", "The vendor refused a value.", look_at_vendor},
    {"not_found", "The vendor does not know the record any more.",
     "Check whether the record was deleted there."},
    {"conflict", "The vendor says that the request contradicts what it holds.", look_at_vendor},
    {"duplicate", "The vendor holds such a record already.", look_at_vendor},
    {"request_too_large", "The vendor refused the request as too large.", look_at_vendor},
    {"refused", "The vendor refused the request.", look_at_vendor},
    {"no_answer", "No answer came.", wait_retry},
    {"timeout", "No answer came in time.", wait_retry},
    {"connect_failed", "The vendor could not be reached.", wait_retry},
    {"reset", "The connection was cut before the answer.", wait_retry},
    {"tls_failed", "No trusted encrypted connection could be made.",
     "Check base_url and the machine's certificates."},
    {"too_large", "The answer was larger than any real one and was cut off.", look_at_vendor},
    {"bad_answer", "The answer is no valid HTTP.", "Check base_url in the configuration."},
    {"refused_address", "The address is one that requests must not go to.",
     "Correct base_url in the configuration."},
    {"stopping", "Tidemark was stopping; the request did not leave.", wait_retry},
    {"accepted_id_not_told", "The vendor took it and does not tell the record's id.", ""},
    {"found_as_wanted", "The record was found and already holds the values.", ""},
    {"written_but_not_found_yet", "The vendor took it, and its look-up does not show it yet.",
     wait_retry},
    {"answer_without_record", "The answer does not name the record.", look_at_vendor},
    {"vendor_says_not_done", "The vendor answered that it did not do it.", look_at_vendor},
    {"answers_lead_in_circles", "The vendor's answers contradict each other.", look_at_vendor},
    {"address_belongs_to_other_person",
     "Another person's record there has this phone number or e-mail address.",
     "Check which of the two persons the address belongs to."},
    {"duplicate_of_missing_record", "The vendor names a duplicate that it says does not exist.",
     "Look for a deleted record with the same address there."},
    {"duplicate_of_other_record", "Another record there has this phone number or e-mail address.",
     "Merge the two records in that system."},
    {"no_such_route", "The address of the request does not exist at the vendor.",
     "Correct base_url in the configuration."},
    {"route_not_deployed", "The vendor's address does not exist at the moment.", wait_retry},
    {"endpoint_gone", "The receiver says that its address is gone for good.",
     "Correct send_url in the configuration."},
    {"no_address_configured", "There is no address to send to.",
     "Set forward_url, or base_url, of the connector."},
    {"nothing_to_forward", "The system takes forwarded webhooks only, and there is none.", ""},
    {"no_phone", "The system needs a phone number and the contact has none.",
     "Add one in the source system; the contact is then delivered by itself."},
    {"restarted_before_answer", "Tidemark restarted before the answer came.", wait_retry},
    {"nothing_left_to_do", "The system holds the values already.", ""},
    // ---- deliveries
    {"newer_intent", "A newer delivery carries everything that this one wanted.", ""},
    {"intended", "It is decided and waits to be sent.", ""},
    {"dispatched", "The request is on its way.", ""},
    {"created", "The record was created.", ""},
    {"updated", "The record was updated.", ""},
    {"accepted", "The vendor took it.", ""},
    {"too_many_attempts", "It failed too often and is given up.",
     "Find the cause in its attempts: tidemark explain --delivery ID."},
};

constexpr std::string_view needs = "target_needs_";

std::string in_words(std::string_view code) {
  std::string words(code);
  std::replace(words.begin(), words.end(), '_', ' ');
  return words;
}

} // namespace

std::span<const Reason> all_reasons() {
  return reasons;
}

Explanation explain_reason(std::string_view code) {
  if (code.empty())
    return {"", "", true};
  for (const auto& reason : reasons)
    if (reason.code == code)
      return {std::string(reason.text), std::string(reason.next), true};
  if (code.starts_with(needs)) {
    const auto field = in_words(code.substr(needs.size()));
    return {"The system keeps no contact without this: " + field + ".",
            "Add it in the source system: " + field + "; the contact is then delivered by itself.",
            true};
  }
  return {"The reason is: " + in_words(code) + ".", "", false};
}

} // namespace tidemark

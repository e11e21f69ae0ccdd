#include "connectors/gohighlevel/actions.hpp"
#include "connectors/gohighlevel/parts.hpp"
#include "connectors/gohighlevel/record_attempt.hpp"
#include "connectors/shared/media_link.hpp"

#include <algorithm>

namespace tidemark::connectors::gohighlevel {
namespace {

using domain::DeliveryVerdict;

/// In the place of a text that was nothing but links that are not handed on.
constexpr std::string_view without_links =
    "[attachment left out: its link is not https, or does not lead to a public address]";

/// Find the thread, look when something may be there already, post.
class Posting : public RecordAttempt {
public:
  Posting(const ActionWork& work, const Settings& settings)
      : RecordAttempt(work, settings), message_(*work.intent.message),
        conversation_(message_.conversation) {}

private:
  NextStep begin() override { return conversation_.empty() ? open_thread() : with_thread(); }

  HttpRequest request(std::string method, const std::string& path, std::string body) const {
    return request_to(settings_, std::move(method), "/conversations" + path, std::move(body),
                      conversations_version);
  }

  /// One thread for each contact: an existing one is refused with 400 and found by a search.
  NextStep open_thread() const {
    return Send{"open_thread", true,
                request("POST", "/",
                        JsonObject{}
                            .text("locationId", settings_.get("location_id"))
                            .text("contactId", id_.value)
                            .finish())};
  }
  NextStep find_thread() const {
    return Send{"find_thread", false,
                request("GET",
                        "/search?locationId=" + url_encoded(settings_.get("location_id"))
                            + "&contactId=" + url_encoded(id_.value),
                        {})};
  }
  NextStep look() const {
    return Send{"look", false,
                request("GET", "/" + url_encoded(conversation_) + "/messages?limit=100", {})};
  }
  NextStep post() const {
    JsonObject body;
    body.text("type", "SMS")
        .text("conversationId", conversation_)
        .text("contactId", id_.value)
        .text("message", message_.text.reveal().empty() && links_.left_out > 0
                             ? without_links
                             : std::string_view(message_.text.reveal()))
        .text("altId", work_.intent.delivery.value)
        // The vendor's default is outbound, whatever the path says (README fact 18).
        .text("direction", message_.inbound ? "inbound" : "outbound");
    if (message_.stated_at.size() >= 23) // milliseconds, as the vendor writes them
      body.text("date", message_.stated_at.substr(0, 23) + "Z");
    if (const auto& provider = settings_.get("conversation_provider_id"); !provider.empty())
      body.text("conversationProviderId", provider);
    if (!links_.usable.empty())
      body.raw("attachments", json_array(links_.usable));
    return Send{"post", true, request("POST", "/messages/inbound", body.finish())};
  }
  NextStep with_thread() const { return work_.after_unknown ? look() : post(); }

  NextStep after(const Exchange& exchange) override {
    const auto document = json::parse(exchange.answer.body);
    const auto root = document ? document.value().root() : json::Value();
    if (says_contact_gone(exchange)) {
      conversation_.clear();
      return lost();
    }
    if (exchange.step == "open_thread")
      return after_open(exchange.answer, root);
    if (exchange.step == "find_thread")
      return after_find(exchange.answer, root);
    return exchange.step == "look" ? after_look(exchange.answer, root)
                                   : after_post(exchange.answer, root);
  }

  /// The contact, not its thread.
  static bool says_contact_gone(const Exchange& exchange) {
    const auto text = vendor_text(exchange.answer);
    return is_gone(exchange.answer) && text.find("onversation") == text.npos
           && (exchange.step == "open_thread" || text.find("ontact") != text.npos);
  }

  NextStep after_open(const HttpAnswer& answer, const json::Value& root) {
    if (answer.status == 400)
      return find_thread();
    if (auto judged = judge_vendor(answer, Effect::repeatable))
      return Conclude{std::move(*judged)};
    conversation_ = root["conversation"]["id"].scalar().value_or("");
    return conversation_.empty() ? find_thread() : with_thread();
  }

  NextStep after_find(const HttpAnswer& answer, const json::Value& root) {
    if (auto judged = judge_vendor(answer, Effect::none))
      return Conclude{std::move(*judged)};
    for (const auto& one : root["conversations"].items())
      if (one["contactId"].scalar().value_or(id_.value) == id_.value && conversation_.empty())
        conversation_ = one["id"].scalar().value_or("");
    if (refused_ && conversation_ == message_.conversation)
      return Conclude{*refused_}; // the thread was the right one
    // The search index may lag behind (README fact 16).
    return conversation_.empty() ? conclude(DeliveryVerdict::retry, Reason::thread_not_found_yet)
                                 : with_thread();
  }

  /// The remembered thread can be gone, or another contact's: the record was deleted and made anew,
  /// merged, or a person deleted the thread. It is looked for once.
  bool may_be_wrong_thread(const HttpAnswer& answer) const {
    return !refused_ && !conversation_.empty() && conversation_ == message_.conversation
           && (answer.status == 400 || answer.status == 404 || answer.status == 410);
  }
  NextStep open_again(const HttpAnswer& answer) {
    refused_ = judge_vendor(answer, Effect::none);
    conversation_.clear();
    return open_thread();
  }

  /// Posted by this delivery, or by one that it repeats.
  bool is_ours(std::string_view id) const {
    const auto& repeats = work_.intent.repeats;
    return id == work_.intent.delivery.value
           || (repeats
               && std::any_of(repeats->earlier.begin(), repeats->earlier.end(),
                              [&](const auto& earlier) { return earlier.value == id; }));
  }

  NextStep after_look(const HttpAnswer& answer, const json::Value& root) {
    if (may_be_wrong_thread(answer))
      return open_again(answer);
    if (auto judged = judge_vendor(answer, Effect::none))
      return Conclude{std::move(*judged)};
    // Nested twice in practice, flat in the vendor's document (README fact 17).
    const auto nested = root["messages"]["messages"];
    for (const auto& message : nested.stated() ? nested.items() : root["messages"].items())
      if (const auto id = message["altId"].scalar(); id && is_ours(*id))
        return posted_as(message["id"].scalar().value_or(""), conversation_, true);
    return post();
  }

  /// Without `messageId` nothing was stored, although the status says so (requirement A1.7.17).
  NextStep after_post(const HttpAnswer& answer, const json::Value& root) {
    if (may_be_wrong_thread(answer))
      return open_again(answer);
    if (auto judged = judge_vendor(answer, Effect::once))
      return Conclude{std::move(*judged)};
    auto id = root["messageId"].scalar().value_or("");
    if (id.empty())
      return conclude(DeliveryVerdict::unknown, Reason::answer_without_record);
    return posted_as(std::move(id), root["conversationId"].scalar().value_or(conversation_), false);
  }

  NextStep posted_as(std::string id, std::string conversation, bool read_back) const {
    auto step = accepted_as(std::move(id), std::move(conversation), read_back);
    if (links_.left_out > 0)
      std::get<Conclude>(step).delivery_result.reason_code = Reason::links_left_out;
    return step;
  }

  const events::MessageFacts& message_;
  const MediaLinks links_ = public_links(message_.attachments);
  std::string conversation_;
  std::optional<domain::DeliveryResult> refused_; ///< what came of the remembered thread
};

} // namespace

NextStep log_message(const ActionWork& work, const Settings& settings) {
  if (!work.intent.message || work.remote_id.value.empty())
    return conclude(DeliveryVerdict::rejected, Reason::no_record_there);
  return Posting(work, settings).run();
}

} // namespace tidemark::connectors::gohighlevel

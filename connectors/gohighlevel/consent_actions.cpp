#include "base/contains.hpp"
#include "connectors/gohighlevel/actions.hpp"
#include "connectors/gohighlevel/parts.hpp"
#include "connectors/gohighlevel/record_attempt.hpp"
#include "connectors/shared/inbound.hpp"

#include <algorithm>
#include <array>

namespace tidemark::connectors::gohighlevel {
namespace {

using domain::DeliveryVerdict;

/// The vendor's names; another case is refused (README fact 13).
constexpr std::array<std::pair<events::Channel, std::string_view>, 4> channel_names{
    {{events::Channel::sms, "SMS"},
     {events::Channel::call, "Call"},
     {events::Channel::whatsapp, "WhatsApp"},
     {events::Channel::email, "Email"}}};

std::string_view text_in(const json::Value& value) {
  return value.text().value_or("");
}

/// Read, write every channel, read back (README fact 13): a partial write is merged, but that was
/// measured only once. The tags for texts are set behind the mark, and taken away before it: one
/// that stands alone is an opt-out.
class ConsentAttempt : public RecordAttempt {
public:
  ConsentAttempt(const ActionWork& work, const Settings& settings)
      : RecordAttempt(work, settings), closes_(work.intent.action == events::Action::opt_out) {}

private:
  NextStep begin() override { return read("read"); }

  NextStep after(const Exchange& exchange) override {
    const bool write = exchange.step == "write" || exchange.step.ends_with("_tags");
    if (is_gone(exchange.answer))
      return lost();
    auto judged = judge_vendor(exchange.answer, write ? Effect::repeatable : Effect::none);
    if (exchange.step == "add_tags" && (!judged || judged->verdict == DeliveryVerdict::rejected))
      return conclude(DeliveryVerdict::accepted,
                      judged ? Reason::accepted_without_tags : Reason::accepted, true);
    if (judged)
      return Conclude{std::move(*judged)};
    if (exchange.step == "remove_tags") {
      untagged_ = true;
      return read("read");
    }
    if (write)
      return read("read_back");
    const auto document = json::parse(exchange.answer.body);
    const auto contact = document.value()["contact"];
    return exchange.step == "read" ? after_read(contact) : after_read_back(contact);
  }

  NextStep read(std::string step) const {
    return Send{std::move(step), false, request_to(settings_, "GET", path(), {})};
  }

  bool wants(events::Channel channel) const { return contains(work_.intent.channels, channel); }

  /// Is the contact as it should be? `permanent` is closed and cannot be opened from outside.
  bool is_as_wanted(const json::Value& contact) const {
    return std::ranges::all_of(channel_names, [&](const auto& channel) {
      if (!wants(channel.first))
        return true;
      const auto status = text_in(contact["dndSettings"][channel.second]["status"]);
      const bool closed = status == "active" || status == "permanent";
      return closes_ ? closed : !closed || status == "permanent";
    });
  }

  NextStep done(const json::Value& contact, Reason reason) const {
    const bool for_good = std::ranges::any_of(channel_names, [&](const auto& channel) {
      return wants(channel.first)
             && text_in(contact["dndSettings"][channel.second]["status"]) == "permanent";
    });
    return !closes_ && for_good
               ? conclude(DeliveryVerdict::rejected, Reason::blocked_there_for_good)
               : conclude(DeliveryVerdict::accepted, reason, true);
  }

  /// Other channels that are open are left out: named as they were read, they would take away what
  /// a person has closed since. Closed ones are named, should the vendor not merge (README fact
  /// 13).
  NextStep write(const json::Value& contact) const {
    JsonObject channels;
    for (const auto& [channel, name] : channel_names) {
      const auto now = contact["dndSettings"][name];
      const auto status = text_in(now["status"]);
      JsonObject setting;
      if (wants(channel) && status != "permanent")
        setting.text("status", closes_ ? "active" : "inactive")
            .text("message", closes_ ? opt_out_note : opt_in_note)
            .text("code", "101");
      else if (status == "active" || status == "permanent")
        setting.text("status", status)
            .text("message", text_in(now["message"]))
            .text("code", text_in(now["code"]));
      else
        continue;
      channels.raw(name, setting.finish());
    }
    return Send{"write", true,
                request_to(settings_, "PUT", path(),
                           JsonObject().raw("dndSettings", channels.finish()).finish())};
  }

  NextStep after_read(const json::Value& contact) const {
    if (!closes_ && !untagged_ && wants(events::Channel::sms))
      if (auto ours = our_tags(contact); !ours.empty())
        return tags("remove_tags", "DELETE", std::move(ours));
    return is_as_wanted(contact) ? marked(contact, Reason::found_as_wanted) : write(contact);
  }

  /// A 2xx is no proof of the write (README fact 15).
  NextStep after_read_back(const json::Value& contact) const {
    return is_as_wanted(contact)
               ? marked(contact, Reason::accepted)
               : conclude(DeliveryVerdict::unknown, Reason::written_but_not_found_yet);
  }

  NextStep marked(const json::Value& contact, Reason reason) const {
    const bool tagged = our_tags(contact).size() >= text_opt_out_tags.size();
    if (!closes_ || !wants(events::Channel::sms) || tagged)
      return done(contact, reason);
    return tags("add_tags", "POST", {text_opt_out_tags.begin(), text_opt_out_tags.end()});
  }

  static std::vector<std::string> our_tags(const json::Value& contact) {
    auto out = tags_in(contact["tags"]);
    std::erase_if(out, [](const std::string& tag) { return !is_text_opt_out_tag(tag); });
    return out;
  }

  /// Adds to the contact's tags, or takes these from them (README fact 12).
  NextStep tags(std::string step, std::string method, const std::vector<std::string>& named) const {
    return Send{std::move(step), true,
                request_to(settings_, std::move(method), path() + "/tags",
                           JsonObject{}.raw("tags", json_array(named)).finish())};
  }

  bool closes_;
  bool untagged_ = false; ///< the tags were taken away in this attempt
};

} // namespace

NextStep next_consent_action(const ActionWork& work, const Settings& settings) {
  return ConsentAttempt(work, settings).run();
}

} // namespace tidemark::connectors::gohighlevel

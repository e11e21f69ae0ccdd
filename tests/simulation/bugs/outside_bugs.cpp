#include "base/overloaded.hpp"
#include "events/codec.hpp"
#include "sandbox/world/generic/generic_crm.hpp"
#include "tests/simulation/bugs/pass_on.hpp"

#include <algorithm>
#include <array>
#include <set>

/// Faults towards the vendors, and of the disk: requests, answers, and how webhooks are understood.
namespace tidemark::sim {
namespace {

/// When a request is repeated it has a new idempotency key, so its receiver knows no repeat.
class NewKeyOnRetry final : public actors::HttpClient {
public:
  NewKeyOnRetry(actors::HttpClient& http, const BugContext& context)
      : http_(http), vendors_(context.vendors) {}
  void send(actors::HttpCall call, std::function<void(actors::HttpResult)> done) override {
    if (auto* id = header(call.request, "webhook-id"))
      if (const auto times = ++sent_[*id]; times > 1) {
        *id += std::to_string(times);
        sign(call.request, *id);
      }
    http_.send(std::move(call), std::move(done));
  }

private:
  static std::string* header(connectors::HttpRequest& request, std::string_view name) {
    const auto at = std::find_if(request.headers.begin(), request.headers.end(),
                                 [&](const auto& one) { return one.first == name; });
    return at == request.headers.end() ? nullptr : &at->second;
  }
  /// `https://generic.TENANT.example/...`
  void sign(connectors::HttpRequest& request, const std::string& id) const {
    for (const auto& [tenant, vendors] : vendors_)
      if (request.url.starts_with(url_of("generic", tenant)))
        *header(request, "webhook-signature") = sandbox::standard_webhook_signature(
            vendors->settings().generic_secret_in, id, *header(request, "webhook-timestamp"),
            request.body);
  }

  actors::HttpClient& http_;
  const SimHttp::Vendors& vendors_;
  std::map<std::string, std::size_t> sent_;
};

/// No answer passes for a good one.
class TimeoutIsAccepted final : public actors::HttpClient {
public:
  TimeoutIsAccepted(actors::HttpClient& http, const BugContext&) : http_(http) {}
  void send(actors::HttpCall call, std::function<void(actors::HttpResult)> done) override {
    http_.send(std::move(call), [done = std::move(done)](actors::HttpResult result) {
      if (result.answer.transport == Reason::timeout)
        result.answer.status = 200;
      done(std::move(result));
    });
  }

private:
  actors::HttpClient& http_;
};

/// What is announced is not on the disk yet when its request leaves.
bool is_announcement(const storage::Group& group) {
  bool announces = false;
  for (const auto& record : group.records) {
    const auto header = events::read_header(group.record(record));
    if (!header || header->type == events::WebhookReceived::name)
      return false; // that one was promised to a vendor
    announces |= header->type == events::DeliveryDispatched::name;
  }
  return announces;
}

/// The connector of a type with another translation of webhooks.
template <auto changed>
const connectors::Connector* with_translation(std::string_view type) {
  static const auto changed_ones = [] {
    std::vector<connectors::Connector> out(connectors::all().begin(), connectors::all().end());
    for (auto& one : out)
      one.translate = [](const connectors::StoredWebhook& webhook,
                         const connectors::Settings& settings) {
        // Connectors are called what they are in sim_config.
        return changed(connectors::find(settings.name.value)->translate(webhook, settings),
                       webhook);
      };
    return out;
  }();
  const auto at = std::find_if(changed_ones.begin(), changed_ones.end(),
                               [&](const auto& one) { return one.type == type; });
  return at == changed_ones.end() ? nullptr : &*at;
}

/// A record counts as being so since it was heard of, not since its system says.
domain::Translation without_times(domain::Translation translation,
                                  const connectors::StoredWebhook&) {
  for (auto& command : translation.commands)
    if (auto* observe = std::get_if<domain::ObserveRecord>(&command))
      observe->source_version.clear();
  return translation;
}

/// A person's START counts as their last word, whenever they said it.
domain::Translation start_last(domain::Translation translation,
                               const connectors::StoredWebhook& webhook) {
  constexpr std::chrono::minutes ahead{59}; // more would not be believed
  const auto put_last = [&](std::vector<domain::ConsentSignal>& signs) {
    for (auto& sign : signs)
      if (sign.change == events::ConsentChange::granted)
        sign.stated_at = to_rfc3339(webhook.received_at + ahead);
  };
  for (auto& command : translation.commands)
    std::visit(overloaded{[&](domain::ObserveRecord& observe) { put_last(observe.signs); },
                          [&](domain::ObserveMessage& observe) { put_last(observe.signs); },
                          [](auto&) {}},
               command);
  return translation;
}

/// A body that shows a mark is taken note of here, and goes on to nobody.
domain::Translation marks_kept_here(domain::Translation translation,
                                    const connectors::StoredWebhook&) {
  for (const auto& command : translation.commands)
    if (const auto* observe = std::get_if<domain::ObserveRecord>(&command))
      translation.may_go_on &= !observe->opt_out_seen;
  return translation;
}

/// A record that is not under its number any more is made anew at once.
connectors::NextStep made_anew(const connectors::DeliveryWork& work,
                               const connectors::Settings& settings) {
  const auto& right = *connectors::find(settings.name.value);
  auto step = right.next(work, settings);
  const auto* end = std::get_if<connectors::Conclude>(&step);
  if (!end || end->delivery_result.reason_code != Reason::not_under_its_number)
    return step;
  auto intent = work.intent;
  intent.remote_id = {};
  return right.next({.intent = intent,
                     .remote_id = {},
                     .attempt = work.attempt,
                     .after_unknown = work.after_unknown,
                     .now = work.now,
                     .exchanges = work.exchanges},
                    settings);
}

const connectors::Connector* with_records_made_anew(std::string_view type) {
  static auto dialer = *connectors::find("aloware");
  dialer.next = made_anew;
  return type == dialer.type ? &dialer : connectors::find(type);
}

/// Whoever is looked up in the dialer is taken to be marked there.
Result<connectors::ListedPage> seen_as_marked(std::string_view body,
                                              const connectors::Settings& settings) {
  std::string changed(body);
  constexpr std::string_view unmarked = "\"is_dnc\":false";
  if (const auto at = changed.find(unmarked); at != std::string::npos)
    changed.replace(at, unmarked.size(), "\"is_dnc\":true");
  return connectors::find("aloware")->translate_page(changed, settings);
}

const connectors::Connector* with_marks_seen(std::string_view type) {
  static auto dialer = *connectors::find("aloware");
  dialer.translate_page = seen_as_marked;
  return type == dialer.type ? &dialer : connectors::find(type);
}

} // namespace

std::span<const InjectedBug> outside_bugs() {
  static const std::array<InjectedBug, 8> bugs{{
      {.name = "new_key_on_retry", .http = before_http<NewKeyOnRetry>},
      {.name = "timeout_is_accepted", .http = before_http<TimeoutIsAccepted>},
      {.name = "sent_before_durable", .is_confirmed_early = is_announcement},
      {.name = "webhook_time_ignored",
       .is_in_rules = true,
       .connector = with_translation<without_times>},
      {.name = "start_always_lifts",
       .is_in_rules = true,
       .connector = with_translation<start_last>},
      {.name = "marks_stay_at_the_crm",
       .is_in_rules = true,
       .connector = with_translation<marks_kept_here>},
      {.name = "marks_seen_everywhere", .is_in_rules = true, .connector = with_marks_seen},
      {.name = "record_made_anew", .is_in_rules = true, .connector = with_records_made_anew},
  }};
  return bugs;
}

} // namespace tidemark::sim

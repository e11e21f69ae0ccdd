#include "app/watches/silence_watch.hpp"

#include "events/all.hpp"
#include "events/codec.hpp"
#include "events/format/stream_name.hpp"

#include <algorithm>
#include <limits>

namespace tidemark::app {
namespace {

constexpr std::uint64_t events_looked_back = 50'000; // some tens of milliseconds
constexpr std::string_view webhook_streams = "webhook/";

} // namespace

void SilenceWatch::read_on() {
  if (read_to_ == Position{})
    read_to_ = Position{log_.durable().value - std::min(log_.durable().value, events_looked_back)};
  const auto read =
      log_.read(read_to_, std::numeric_limits<std::size_t>::max(), [&](std::string_view record) {
        const auto header = events::read_header(record);
        if (!header)
          return false;
        const auto silence = [&](std::string_view connector) -> domain::WebhookSilence& {
          return silences_[{TenantId(std::string(header->tenant)),
                            ConnectorName(std::string(connector))}];
        };
        if (header->type == events::WebhookReceived::name
            && header->stream.starts_with(webhook_streams))
          silence(header->stream.substr(webhook_streams.size())).webhook(header->recorded_at);
        else if (header->type == events::DeliveryAccepted::name)
          silence(events::target_in(header->stream)).delivered(header->recorded_at);
        return true;
      });
  if (read)
    read_to_ = *read;
}

std::optional<Timestamp> SilenceWatch::silent_since(const TenantId& tenant,
                                                    const ConnectorName& connector, Timestamp now,
                                                    bool only_listened_to) const {
  const auto at = silences_.find({tenant, connector});
  return at == silences_.end() ? std::nullopt : at->second.silent_since(now, only_listened_to);
}

std::optional<Timestamp> SilenceWatch::silent_for(std::chrono::minutes limit,
                                                  const TenantId& tenant,
                                                  const ConnectorName& connector, Timestamp now) {
  auto& first = looked_for_.try_emplace({tenant, connector}, now).first->second;
  first = std::min(first, now); // where the clock was set back, it counts from there
  const auto since = last_webhook(tenant, connector).value_or(first);
  return now - since > limit ? std::optional(since) : std::nullopt;
}

std::optional<Timestamp> SilenceWatch::last_webhook(const TenantId& tenant,
                                                    const ConnectorName& connector) const {
  const auto at = silences_.find({tenant, connector});
  return at == silences_.end() ? std::nullopt : at->second.last_webhook();
}

} // namespace tidemark::app

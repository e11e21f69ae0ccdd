#include "domain/identity/parking.hpp"

#include "events/format/tags.hpp"

#include <algorithm>
#include <charconv>

namespace tidemark::domain {
namespace {

auto find(std::vector<ParkedCommand>& waiting, Position input, std::uint32_t index) {
  return std::find_if(waiting.begin(), waiting.end(), [&](const auto& parked) {
    return parked.input == input && parked.index == index;
  });
}

} // namespace

void evolve(std::vector<ParkedCommand>& waiting, const events::Event& event) {
  if (const auto* parked = std::get_if<events::CommandParked>(&event)) {
    if (find(waiting, parked->input, parked->index) == waiting.end())
      waiting.push_back({parked->input, parked->index, parked->kind, parked->waiting_for,
                         parked->keys, parked->since, false});
  } else if (const auto* dead = std::get_if<events::CommandTimedOut>(&event)) {
    if (const auto at = find(waiting, dead->input, dead->index); at != waiting.end())
      at->timed_out = true;
  } else if (const auto* interpreted = std::get_if<events::WebhookInterpreted>(&event)) {
    for (const auto& command : interpreted->commands)
      if (const auto at = find(waiting, command.input, command.place);
          command.input.value != 0 && at != waiting.end())
        waiting.erase(at);
  }
}

std::vector<events::Tag> parked_tags(Position input, const std::vector<std::string>& keys) {
  std::vector<events::Tag> out;
  for (const auto& key : keys)
    if (const auto hash = hash16_from_hex(key))
      out.push_back(events::parked_tag(*hash));
  if (out.empty())
    out.push_back(events::parked_input_tag(input));
  return out;
}

events::TimerDue timer_of(const ParkingTime& time) {
  return {std::string(parking_timer), std::to_string(time.input.value) + "/" + time.key};
}

std::optional<ParkingTime> parking_time(const events::TimerDue& timer) {
  ParkingTime out;
  const auto& text = timer.subject;
  const auto* end = text.data() + text.size();
  const auto [stop, failed] = std::from_chars(text.data(), end, out.input.value);
  if (timer.timer != parking_timer || failed != std::errc{} || stop == end || *stop != '/')
    return std::nullopt;
  out.key.assign(stop + 1, end);
  return out;
}

events::Tag tag_of(const ParkingTime& time) {
  return parked_tags(time.input, {time.key}).front();
}

} // namespace tidemark::domain

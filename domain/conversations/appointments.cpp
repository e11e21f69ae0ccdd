#include "domain/conversations/appointments.hpp"

#include "base/contains.hpp"
#include "domain/contacts/plan.hpp"

#include <algorithm>

namespace tidemark::domain {
namespace {

using events::MessageStatus;
using events::Outcome;

/// `Book` is an AppointmentBook, const or not.
template <class Book>
auto find(Book& book, const events::AppointmentFacts& told) -> decltype(book.appointments.data()) {
  const auto at =
      std::find_if(book.appointments.begin(), book.appointments.end(), [&](const auto& known) {
        return known.facts.source == told.source
               && known.facts.appointment_id == told.appointment_id;
      });
  return at == book.appointments.end() ? nullptr : &*at;
}

} // namespace

events::AppointmentObserved decide_appointment(const AppointmentBook& book,
                                               const ObserveAppointment& command, bool unreadable) {
  events::AppointmentObserved out{command.appointment, Outcome::applied, Reason::recorded,
                                  book.broadcasts};
  const auto* known = find(book, command.appointment);
  if (unreadable)
    end_as_unreadable(out);
  else if (known && known->facts.updated_at > command.appointment.updated_at)
    end_as(out, Outcome::superseded, Reason::older_than_known);
  else if (known && known->facts == command.appointment)
    end_as(out, Outcome::no_change, Reason::nothing_new);
  return out;
}

void evolve(AppointmentBook& book, const events::AppointmentObserved& e) {
  if (e.outcome != Outcome::applied)
    return;
  auto* known = find(book, e.appointment);
  if (!known)
    known = &book.appointments.emplace_back();
  known->facts = e.appointment;
  if (book.appointments.size() > appointments_kept_max)
    book.appointments.erase(book.appointments.begin());
}

void evolve(AppointmentBook& book, const events::MessageObserved& e) {
  const auto& message = e.message;
  if (message.broadcast.empty() || message.inbound || message.status == MessageStatus::failed
      || message.status < MessageStatus::sent || e.reason_code == Reason::unknown_event_in_stream)
    return;
  const events::BroadcastLink link{message.source, message.broadcast};
  if (contains(book.broadcasts, link))
    return;
  book.broadcasts.push_back(link);
  if (book.broadcasts.size() > broadcasts_kept_max)
    book.broadcasts.erase(book.broadcasts.begin());
}

} // namespace tidemark::domain

#pragma once
#include "domain/rules/command.hpp"
#include "events/all.hpp"

#include <string>
#include <vector>

/// Appointments belong to the CRM: they are recorded and shown, and written nowhere (requirement
/// M12).
namespace tidemark::domain {

struct KnownAppointment {
  events::AppointmentFacts facts;
  bool operator==(const KnownAppointment&) const = default;
  template <class Use>
  static constexpr auto members(Use use) {
    return use(events::member("facts", &KnownAppointment::facts));
  }
};

struct AppointmentBook {
  std::vector<KnownAppointment> appointments;    ///< the last, oldest first
  std::vector<events::BroadcastLink> broadcasts; ///< those that reached the contact, the last
  bool operator==(const AppointmentBook&) const = default;
  template <class Use>
  static constexpr auto members(Use use) {
    using T = AppointmentBook;
    return use(events::member("appointments", &T::appointments),
               events::member("broadcasts", &T::broadcasts));
  }
};

inline constexpr std::size_t appointments_kept_max = 50;
inline constexpr std::size_t broadcasts_kept_max = 50;

/// What was told of an appointment, and the broadcasts that it may be a result of.
events::AppointmentObserved decide_appointment(const AppointmentBook& book,
                                               const ObserveAppointment& command, bool unreadable);

void evolve(AppointmentBook& book, const events::AppointmentObserved& e);
/// A message of a broadcast reached the contact.
void evolve(AppointmentBook& book, const events::MessageObserved& e);

} // namespace tidemark::domain

with flights as (
    select * from {{ ref('stg_nycflights__flights') }}
),

flagged as (
    select
        carrier_code,
        flight_number,
        tail_number,
        origin_code,
        destination_code,

        departure_delay_min,
        arrival_delay_min,
        air_time_min,
        distance_miles,
        scheduled_hour,

        not has_departed as is_cancelled,
        has_departed and arrival_delay_min is null as is_diverted,
        coalesce(arrival_delay_min >= {{ var('late_after_min') }}, false) as is_late,

        flight_date,
        scheduled_hour_at,
        loaded_at
    from flights
)

select * from flagged

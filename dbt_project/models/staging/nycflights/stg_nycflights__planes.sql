with planes as (
    select * from {{ source('nycflights', 'planes') }}
),

renamed as (
    select
        tailnum as tail_number,

        type as aircraft_type,
        manufacturer,
        model,
        engine as engine_type,

        year as manufactured_year,
        engines,
        seats,
        speed as cruising_speed_mph
    from planes
)

select * from renamed
